#!/bin/bash
# `config.sh remove`.
# shellcheck disable=SC2034,SC2154 # the names are service.sh's and options.sh's

forget() {
  rm -f .credentials .credentials_rsaparams
  success "Removed .credentials"
  rm -f .runner
  success "Removed .runner"
}

section "Runner removal"
if is_set local; then
  rm -f .credentials .credentials_rsaparams .runner
  success "Removed .credentials"
  success "Removed .runner"
  exit 0
fi
if [ ! -f .runner ] || [ ! -f .credentials ]; then
  echo "Cannot connect to server, because config files are missing. Skipping removing runner from the server."
  rm -f .runner .credentials .credentials_rsaparams
  exit 0
fi
if [ -f .service ]; then
  echo "Failed: Removing service" >&2
  echo "Uninstall service first" >&2
  exit 1
fi
need token
answer=$(cat .runner)
url=$(field gitHubUrl)
id=$(field agentId)
call POST /actions/runner-registration "${option[token]}" "{\"url\":\"$(escaped "$url")\",\"runner_event\":\"remove\"}"
unset 'option[token]'
if [[ $status != 2* ]]; then
  echo "Failed: Removing runner from the server" >&2
  echo "Http response code: NotFound from 'POST https://api.github.com/actions/runner-registration'" >&2
  echo "$answer" >&2
  exit 1
fi
tenant=$(field token)
call DELETE "$(field path)/actions/runners/$id" "$tenant"
case $status in
  204) success "Runner removed successfully" ;;
  404) echo "Does not exist. Skipping Removing runner from the server" ;;
  *)
    echo "Failed: Removing runner from the server" >&2
    echo "$answer" >&2
    exit 1
    ;;
esac
forget
exit 0
