#!/bin/sh
# Keeps the deadlines of the pod that it runs on: a process that ends or stops the pod by the pod's own key when its time has come. POSIX sh.
#
# It arrives on a shell's standard input (`sh -s`), after lines of the form param_NAME='VALUE'. Running it again changes the times.
#
# Exit code: 0 the process runs, 3 there is nothing to make calls with, 4 the pod has no key of its own, 5 RunPod refuses that key.
set -eu
umask 077

: "${param_terminate:=}" # seconds from now, or empty
: "${param_grace:=0}"    # seconds that a job of a GitHub runner may go on after that
: "${param_stop:=}"      # seconds from now, or empty
: "${param_idle:=}"      # seconds without a job of a GitHub runner until the pod is ended, or empty
: "${param_face:=}"      # graphql or rest
: "${param_url:=}"       # of that API
: "${param_pod:=}"       # the pod's id
: "${param_directory:=/run/runpod-rpc}"

command -v curl >/dev/null 2>&1 || command -v python3 >/dev/null 2>&1 || exit 3
{ tr '\0' '\n' </proc/1/environ; cat /etc/rp_environment; env; } 2>/dev/null | grep -q 'RUNPOD_API_KEY=.' || exit 4

directory=$param_directory
mkdir -p "$directory" 2>/dev/null || directory=/tmp/runpod-rpc-$(id -u)
mkdir -p "$directory"

from_now() { [ -z "$1" ] || echo $(($(date +%s) + $1)); }
printf '%s\n' "$(from_now "$param_terminate")" "$(from_now "$param_stop")" "$param_idle" "$param_face" "$param_url" "$param_pod" "$param_grace" \
  >"$directory/limits.new"
mv "$directory/limits.new" "$directory/limits"

# A shell may be reading the file of before.
cat >"$directory/keeper.new" <<'KEEPER'
#!/bin/sh
set -u
directory=$1

limits() { { read -r terminate; read -r stop; read -r idle; read -r face; read -r url; read -r pod; read -r grace; } <"$directory/limits"; }

# Variables of the pod belong to its first process; shells that come by SSH do not have them.
key() {
  {
    tr '\0' '\n' </proc/1/environ | sed -n 's/^RUNPOD_API_KEY=//p'
    sed -n 's/^export RUNPOD_API_KEY="*\([^"]*\)"*$/\1/p' /etc/rp_environment
    echo "${RUNPOD_API_KEY-}"
  } 2>/dev/null | sed -n '/./{p;q;}'
}

call() { # METHOD URL BODY: the answer and its status; the key is on no argument list
  if command -v curl >/dev/null 2>&1; then
    printf 'header = "Authorization: Bearer %s"\n' "$(key)" |
      curl -sS -m 30 -A runpod-rpc -w ' %{http_code}' -K - -X "$1" -H 'Content-Type: application/json' ${3:+--data "$3"} "$2"
  else
    KEY=$(key) python3 -c '
import os, sys, urllib.error, urllib.request
method, url, body = sys.argv[1:4]
headers = {"Authorization": "Bearer " + os.environ["KEY"], "Content-Type": "application/json", "User-Agent": "runpod-rpc"}
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, body.encode() or None, headers, method=method), timeout=30)
except urllib.error.HTTPError as error:
    answer = error
print(answer.read().decode(), answer.status)' "$@"
  fi
}

query() { # OPERATION FIELD SELECTION
  call POST "$url" "{\"query\":\"$1 { $2(input: {podId: \\\"$pod\\\"}) $3 }\"}"
}

# Whether RunPod knows the pod's key. Only 401 is final: a key that may not look at the pod may end it all the same, and an answer that does not
# come says nothing.
check() {
  if [ "$face" = rest ]; then said=$(call GET "$url/pods/$pod" ''); else said=$(query query pod '{ id }'); fi
  case $said in *' 401') return 1 ;; esac
}

ask() { # terminate or stop
  case $face-$1 in
    rest-terminate) call DELETE "$url/pods/$pod" '' ;;
    rest-stop) call POST "$url/pods/$pod/action" '{"action":"stop"}' ;;
    graphql-terminate) query mutation podTerminate '' ;;
    graphql-stop) query mutation podStop '{ id }' ;;
  esac
}

is_busy() {
  for name in /proc/[0-9]*/comm; do
    read -r word <"$name" || continue
    [ "$word" != Runner.Worker ] || return 0
  done 2>/dev/null
  return 1
}

limits
if [ "${2-}" = check ]; then
  check
  exit
fi

echo $$ >"$directory/pid"
idle_since=$(date +%s)
while [ "$(cat "$directory/pid")" = $$ ]; do
  limits
  now=$(date +%s)
  ! is_busy || idle_since=$now
  wish=
  [ -z "$stop" ] || [ "$now" -lt "$stop" ] || wish=stop
  [ -z "$idle" ] || [ $((now - idle_since)) -lt "$idle" ] || wish=terminate
  [ -z "$terminate" ] || [ "$now" -lt "$terminate" ] || { [ "$now" -lt $((terminate + grace)) ] && is_busy; } || wish=terminate
  if [ -n "$wish" ]; then
    # Who has been heard is not here any more. A pod's key may stop it even where it may not end it.
    ask "$wish"
    sleep 15
    ask stop
    sleep 15
    continue
  fi
  pause=5
  for time in $stop $terminate $((${terminate:-0} + grace)); do
    [ "$time" -le "$now" ] || [ $((time - now)) -ge $pause ] || pause=$((time - now))
  done
  sleep "$pause"
done
KEEPER

mv "$directory/keeper.new" "$directory/keeper"

sh "$directory/keeper" "$directory" check 2>/dev/null || exit 5

# It reads the limits again and again, so that one process is enough.
pid=$(cat "$directory/pid" 2>/dev/null) || pid=
if [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "$directory/keeper"; then exit 0; fi

setsid=
! command -v setsid >/dev/null 2>&1 || setsid=setsid
$setsid sh "$directory/keeper" "$directory" </dev/null >/dev/null 2>&1 &
