# Registration: by `config.sh` and a token, or by the files that GitHub made for a runner to come (JIT).

version() { # sets `version`: what the runner said last, for it replaces itself
  version=$(sed -n "/Current runner version: '/h; \$ { g; s/.*Current runner version: '\([^']*\)'.*/\1/p; }" "$log" 2>/dev/null)
  [ -n "$version" ] || { first_line "$state/version" && version=$line; }
}

bare_url() { echo "$1" | sed 's|/*$||; s|\.git$||' | tr '[:upper:]' '[:lower:]'; }

run_config() { # [remove [--local]]: `config.sh` with what is in its environment only; words to $state/config.{out,err}
  mkdir -p "$state"
  (
    case ${1-} in
      '')
        export ACTIONS_RUNNER_INPUT_UNATTENDED=true ACTIONS_RUNNER_INPUT_URL="$param_url"
        export ACTIONS_RUNNER_INPUT_NAME="$param_name" ACTIONS_RUNNER_INPUT_WORK=_work
        [ -z "$param_labels" ] || export ACTIONS_RUNNER_INPUT_LABELS="$param_labels"
        [ -z "$param_group" ] || export ACTIONS_RUNNER_INPUT_RUNNERGROUP="$param_group"
        [ -z "$param_ephemeral" ] || export ACTIONS_RUNNER_INPUT_EPHEMERAL=true
        ;;
    esac
    if [ "${2-}" != --local ]; then export ACTIONS_RUNNER_INPUT_TOKEN="$param_token"; fi
    cd "$root" && in_container ./config.sh "$@"
  ) >"$state/config.out" 2>"$state/config.err" </dev/null
}

config_words() { cat "$state/config.out" "$state/config.err" 2>/dev/null | grep -v '^[[:space:]]*$'; }
said() { config_words | grep -q "$1"; }

explain_configure() {
  # Said together with a 404.
  if said 'UPDATE REQUIRED\|is deprecated'; then
    version
    fail deprecated "GitHub no longer accepts runner $version"
  elif said 'response code: NotFound\|404 (Not Found)'; then
    fail tokenRefused "GitHub knows no such registration: the token is wrong, expired or for another place than $param_url"
  elif said 'runner exists with the same name'; then
    fail nameTaken "a runner named $param_name exists"
  elif said 'any self-hosted runner group'; then
    fail groupUnknown "there is no runner group $param_group"
  elif said "ependencies is missing\|Can not find 'ld"; then
    fail librariesMissing "$(config_words | grep 'issing\|Can not' | head -n 1)"
  elif said 'Must not run'; then
    fail rootRefused "the runner refuses to run as root"
  elif said 'Name or service not known\|name resolution\|Connection refused\|SSL connection\|No route to host\|timed out'; then
    fail unreachable "GitHub cannot be reached from the pod: $(config_words | tail -n 1)"
  fi
  fail configure "$(config_words | tail -n 1)"
}

remove_remains() { # of a configuration that was cut short
  say "removing what a configuration that was cut short left behind"
  run_config remove --local
  rm -f "$root/.runner" "$root/.credentials" "$root/.credentials_rsaparams"
}

write_jit_files() {
  progress 10 "Writing the registration of $param_name"
  # `.runner` says that there is a registration: it comes last.
  for last in no yes; do
    echo "$param_jit_files" | while read -r file content; do
      case $file in
        .runner) [ "$last" = yes ] || continue ;;
        .[a-z]*) [ "$last" = no ] || continue ;;
        *) continue ;;
      esac
      (umask 077 && echo "$content" | base64 -d >"$root/$file") || exit 1
      if is_root; then chown "$user" "$root/$file"; fi
    done || fail unwritable "the registration could not be written to $root"
  done
  [ -s "$root/.runner" ] || fail configure "the registration that GitHub made has no file .runner"
}

configure() {
  take_lock "$root.lock"
  [ -x "$root/config.sh" ] || fail notConfigured "no runner is installed in $root"
  known_user
  if [ -f "$root/.runner" ]; then
    registration
    if [ "$(bare_url "$url")" = "$(bare_url "$param_url")" ] && [ "$agent" = "$param_name" ]; then
      fact configured kept
      fact agentId "$agent_id"
      return
    fi
    fail alreadyConfigured "the runner in $root is $agent of $url"
  fi
  if [ -f "$root/.credentials" ]; then remove_remains; fi
  if [ -n "$param_jit_files" ]; then
    write_jit_files
    param_jit_files=
  else
    [ -n "$param_token" ] || fail tokenRefused "no registration token was given"
    progress 10 "Registering $param_name with GitHub"
    run_config
    code=$?
    param_token=
    cat "$state/config.out" "$state/config.err" >&2
    if [ "$code" != 0 ] || [ ! -f "$root/.runner" ]; then explain_configure; fi
  fi
  rm -f "$state/state" "$state/since"
  fact configured new
  registration
  fact agentId "$agent_id"
}
