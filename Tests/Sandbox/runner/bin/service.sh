#!/bin/bash
# What the listener and the worker share: calls to the service, and output as the real ones have it.
# shellcheck disable=SC2034 # for those who read this file

root=$(readlink -f "${BASH_SOURCE[0]}")
root=${root%/*/*}
# Where the service is: put into the archive by the sandbox that serves it, whatever GitHub the runner is configured for.
service=$(<"$root/bin/service-url")
version=$(<"$root/bin/runner-version")
agent="GitHubActionsRunner-linux-x64/$version"

# With few processes: many pods share one machine.
stamp() { TZ=UTC printf '%(%Y-%m-%d %H:%M:%SZ)T\n' -1; }
log() { echo "[$(stamp) INFO ${0##*/}] $*" >>"$diagnostics"; }

open_log() { # KIND
  mkdir -p "$root/_diag"
  diagnostics="$root/_diag/$1_$(date -u '+%Y%m%d-%H%M%S')-utc.log"
  log "Version: $version"
}

escaped() {
  local text=${1//\\/\\\\}
  printf %s "${text//\"/\\\"}"
}
field() { # NAME: of the answer
  [[ ! $answer =~ \"$1\"\ *:\ *\"?([^\",}]*) ]] || echo "${BASH_REMATCH[1]}"
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
