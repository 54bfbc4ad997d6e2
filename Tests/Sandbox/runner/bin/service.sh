#!/bin/bash
# What the listener and the worker share: calls to the service, and output as the real ones have it.
# shellcheck disable=SC2034 # for those who read this file

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# Where the service is: put into the archive by the sandbox that serves it, whatever GitHub the runner is configured for.
service=$(cat "$root/bin/service-url")
version=$(cat "$root/bin/runner-version")
agent="GitHubActionsRunner-linux-x64/$version"

stamp() { date -u '+%Y-%m-%d %H:%M:%SZ'; }
log() { echo "[$(stamp) INFO ${0##*/}] $*" >>"$diagnostics"; }

open_log() { # KIND
  mkdir -p "$root/_diag"
  diagnostics="$root/_diag/$1_$(date -u '+%Y%m%d-%H%M%S')-utc.log"
  log "Version: $version"
}

escaped() { printf %s "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
field() { # NAME: of the answer
  sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$answer" | head -n 1
}

# Sets `status` (000 when nothing answered) and `answer`. The key is on no argument list.
call() { # METHOD PATH KEY [BODY]
  local output
  output=$(
    {
      printf 'header = "Authorization: RemoteAuth %s"\n' "$3"
      [ -z "${4-}" ] || printf 'data = "%s"\n' "$(escaped "$4")"
    } | curl -sS -K - -X "$1" -A "$agent" -H 'Content-Type: application/json' -w '\n%{http_code}' "$service$2" 2>&1
  )
  status=${output##*$'\n'}
  answer=${output%$'\n'*}
  log "$1 $2: $status"
}
