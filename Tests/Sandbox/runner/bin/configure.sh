#!/bin/bash
# `config.sh`: registers the runner and keeps what it needs to come back.
# shellcheck disable=SC2034,SC2154 # the names are service.sh's and options.sh's

banner() {
  cat <<'TEXT'

--------------------------------------------------------------------------------
|        ____ _ _   _   _       _          _        _   _                      |
|       / ___(_) |_| | | |_   _| |__      / \   ___| |_(_) ___  _ __  ___      |
|      | |  _| | __| |_| | | | | '_ \    / _ \ / __| __| |/ _ \| '_ \/ __|     |
|      | |_| | | |_|  _  | |_| | |_) |  / ___ \ (__| |_| | (_) | | | \__ \     |
|       \____|_|\__|_| |_|\__,_|_.__/  /_/   \_\___|\__|_|\___/|_| |_|___/     |
|                                                                              |
|                       Self-hosted runner registration                        |
|                                                                              |
--------------------------------------------------------------------------------
TEXT
}

refused() { # METHOD URL
  echo "Http response code: $(reason) from '$1 $2' (Request Id: $(cat /proc/sys/kernel/random/uuid))" >&2
  echo "$answer" >&2
  echo "Response status code does not indicate success: $status ($(reason | sed 's/\([a-z]\)\([A-Z]\)/\1 \2/g'))." >&2
}

reason() {
  case $status in
    401) echo Unauthorized ;;
    403) echo Forbidden ;;
    404) echo NotFound ;;
    409) echo Conflict ;;
    5*) echo InternalServerError ;;
    *) echo "$status" ;;
  esac
}

attempt() { # METHOD PATH KEY BODY: three times, but what is not there stays so
  for try in 1 2 3; do
    call "$@"
    case $status in
      2*) return 0 ;;
      404 | 409) return 1 ;;
    esac
    [ "$try" = 3 ] || sleep 1
  done
  return 1
}

update_box() {
  echo "--------------------------------------------------------------------------------"
  echo "|                          RUNNER UPDATE REQUIRED                              |"
  echo "--------------------------------------------------------------------------------"
  field message
} >&2

if [ -f .runner ]; then
  echo "Cannot configure the runner because it is already configured. To reconfigure the runner, run 'config.cmd remove' or './config.sh remove' first." >&2
  exit 1
fi
banner
section "Authentication"
need url
need token
url=${option[url]}
api=https://api.github.com
if [[ ! $url =~ ^https?://(www\.)?github\.com/ ]]; then
  host=${url#*://}
  host=${host%%/*}
  api=${url%%://*}://${host%%:*}/api/v3
fi
if ! attempt POST /actions/runner-registration "${option[token]}" "{\"url\":\"$(escaped "$url")\",\"runner_event\":\"register\"}"; then
  if grep -q 'update required' <<<"$answer"; then update_box; fi
  refused POST "$api/actions/runner-registration"
  exit 1
fi
unset 'option[token]'
tenant=$(field token)
scope=$(field path)
success "Connected to GitHub"

section "Runner Registration"
name=${option[name]:-$(hostname)}
group=${option[runnergroup]:-Default}
group_id=1
if [ "$group" != Default ]; then
  call GET "$scope/actions/runner-groups" "$tenant"
  group_id=$(tr '{' '\n' <<<"$answer" | awk -F '"' -v name="$group" '$6 == name { gsub(/[^0-9]/, "", $3); print $3 }')
fi
if [ -z "$group_id" ]; then
  echo "Could not find any self-hosted runner group named \"$group\"." >&2
  exit 1
fi
if [ -z "${option[labels]-}" ] && is_set no-default-labels; then
  echo "Invalid configuration provided for labels. Terminating unattended configuration." >&2
  exit 1
fi
truth() { if is_set "$1"; then echo true; else echo false; fi; }
body="{\"url\":\"$(escaped "$url")\",\"group_id\":$group_id,\"name\":\"$(escaped "$name")\",\"version\":\"$version\""
body+=",\"updates_disabled\":$(truth disableupdate),\"ephemeral\":$(truth ephemeral),\"default_labels\":$(
  if is_set no-default-labels; then echo false; else echo true; fi
),\"architecture\":\"$(uname -m)\",\"labels\":\"$(escaped "${option[labels]-}")\""
if ! attempt POST /actions/runners/register "$tenant" "$body,\"replace\":false}"; then
  if [ "$status" != 409 ]; then
    refused POST "$api/actions/runners/register"
    exit 1
  fi
  echo "A runner exists with the same name"
  if ! is_set replace; then
    echo "A runner exists with the same name $name." >&2
    exit 1
  fi
  attempt POST /actions/runners/register "$tenant" "$body,\"replace\":true}" || {
    refused POST "$api/actions/runners/register"
    exit 1
  }
  success "Successfully replaced the runner"
else
  success "Runner successfully added"
fi
id=$(field id)
key=$(field client_id)

section "Runner settings"
(
  umask 077
  printf '{\n  "scheme": "OAuth",\n  "data": {\n    "clientId": "%s"\n  }\n}\n' "$key" >.credentials
  printf '{"d":"","exponent":"AQAB","modulus":""}\n' >.credentials_rsaparams
)
{
  # The real one begins so as well.
  printf '\xef\xbb\xbf{\n  "agentId": %s,\n  "agentName": "%s",\n  "poolId": 1,\n  "poolName": "Default",\n' "$id" "$(escaped "$name")"
  printf '  "serverUrl": "%s",\n  "gitHubUrl": "%s",\n  "workFolder": "%s"' "$service" "$(escaped "$url")" "${option[work]:-_work}"
  if is_set ephemeral; then printf ',\n  "ephemeral": true'; fi
  if is_set disableupdate; then printf ',\n  "disableUpdate": true'; fi
  printf ',\n  "useV2Flow": true\n}\n'
} >.runner
place=$(sed 's|^https\{0,1\}://[^/]*/||; s|[^A-Za-z0-9._-]|-|g' <<<"$url")
unit="actions.runner.$place.${name//[^A-Za-z0-9._-]/-}"
sed "s|@UNIT@|${unit:0:142}.service|" bin/svc.sh.template >svc.sh
chmod +x svc.sh
success "Settings Saved."
echo
exit 0
