#!/bin/sh
# A GitHub Actions runner on this machine: looks, installs, configures, starts, stops, removes. POSIX sh; needs no root, no systemd, no ps.
#
# It arrives on a shell's standard input (`sh -s`), after lines of the form param_NAME='VALUE' that set what is listed below; nothing of it
# is on an argument list, and nothing runs before its last line has arrived. Secrets live in param_token alone, which is never exported, and are
# put into the environment of the one process that needs them.
#
# param_command: preflight install configure start stop status remove logs
#
# Standard output, line by line:
#   @progress PERCENT TEXT    how far this command is
#   @fact NAME=VALUE          something found out; VALUE is the rest of the line
#   @warning TEXT             something that did not go as it should, and did not matter enough
#   @failure KIND TEXT        the last line of a command that failed; KIND is one of
#                             unsupported toolsMissing diskFull unwritable occupied locked download checksumMismatch librariesMissing
#                             rootRefused tokenRefused nameTaken alreadyConfigured deprecated configure notConfigured start usage
#   @done                     the last line of a command that succeeded
# Standard error is for people. Exit code 0 after @done, 1 after @failure.
set -u

: "${param_command:=}"
: "${param_work_dir:=/opt/actions-runner}"
: "${param_archive_dir:=$param_work_dir-archives}"
: "${param_url:=}"          # of the repository, organisation or enterprise
: "${param_name:=}"
: "${param_labels:=}"       # separated by commas
: "${param_token:=}"        # configure: registration token; remove: remove token
: "${param_ephemeral:=}"    # these four: empty or yes
: "${param_replace:=}"
: "${param_as_root:=}"
: "${param_keep_files:=}"
: "${param_version:=}"      # of the release
: "${param_archive_url:=}"
: "${param_sha256:=}"
: "${param_free_megabytes:=1500}"
: "${param_start_seconds:=30}"
: "${param_stop_seconds:=60}"
: "${param_term_seconds:=10}"
: "${param_restart_seconds:=5}"
: "${param_lock_seconds:=15}"
: "${param_lines:=100}"
: "${param_unit_dir:=/etc/systemd/system}"

root=$param_work_dir
state=$root/.supervisor
log=$root/runner.log
user=
lock=

progress() { echo "@progress $*"; }
fact() { printf '@fact %s=%s\n' "$1" "$2"; }
warn() { echo "@warning $*"; }
say() { echo "runner.sh: $*" >&2; }
fail() { # KIND TEXT
  echo "@failure $*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }
now() { date +%s; }
is_root() { [ "$(id -u)" = 0 ]; }

# --- the machine ------------------------------------------------------------------------------------------------------------------

architecture() {
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) echo unsupported ;;
  esac
}

libc_version() {
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=$(ldd --version 2>&1 | head -n 1)
  echo "$libc"
}

is_older() { # VERSION MAJOR MINOR
  major=${1%%.*}
  minor=${1#*.}
  minor=${minor%%[!0-9]*}
  [ "$major" -lt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -lt "$3" ]; }
}

systemd_usable() {
  [ -d /run/systemd/system ] && [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && have systemctl &&
    systemctl list-units >/dev/null 2>&1
}

missing_tools() {
  for tool in bash tar gzip ldd; do have "$tool" || printf '%s ' "$tool"; done
  have ldconfig || [ -x /sbin/ldconfig ] || printf 'ldconfig '
  have sha256sum || have shasum || have openssl || printf 'sha256sum '
  have curl || have wget || printf 'curl '
}

apt_install() { # PACKAGE…: third-party lists that fail to load are no reason to give up
  is_root && have apt-get || return 1
  for attempt in 1 2 3; do
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 update >&2 || say "apt-get update failed"
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" >&2 && return 0
    [ "$attempt" = 3 ] || sleep 5
  done
  return 1
}

preflight() {
  [ "$(uname -s)" = Linux ] || fail unsupported "GitHub's runner for Linux does not run on $(uname -s)"
  architecture=$(architecture)
  [ "$architecture" != unsupported ] || fail unsupported "GitHub has no runner for the architecture $(uname -m)"
  libc=$(libc_version)
  case $libc in
    *musl*) fail unsupported "the image uses musl; GitHub's runner needs glibc 2.28 or newer" ;;
    *[0-9].[0-9]*)
      libc=${libc##* }
      ! is_older "$libc" 2 28 || fail unsupported "the image has glibc $libc; GitHub's runner needs 2.28 or newer"
      ;;
    *) warn "the version of the C library could not be told" ;;
  esac
  case $root in
    *[!A-Za-z0-9_./-]*) fail usage "the runner's directory $root has characters that its scripts cannot bear" ;;
    /*/*) ;;
    *) fail usage "the runner's directory $root is not an absolute path below a top-level directory" ;;
  esac
  parent=$(dirname "$root")
  mkdir -p "$parent" 2>/dev/null || fail unwritable "$parent cannot be made"
  probe=$parent/.runner-probe.$$
  (printf '#!/bin/sh\nexit 0\n' >"$probe") 2>/dev/null || fail unwritable "$parent cannot be written to"
  chmod +x "$probe" && "$probe" 2>/dev/null
  runs=$?
  rm -f "$probe"
  [ "$runs" = 0 ] || fail unwritable "programs in $parent cannot be run (mounted noexec?)"
  free=$(df -Pk "$parent" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
  if [ -n "$free" ] && [ ! -f "$root/.runner" ] && [ "$free" -lt "$param_free_megabytes" ]; then
    fail diskFull "$parent has $free MB free; the runner needs $param_free_megabytes MB"
  fi
  have docker || say "there is no Docker here: jobs with containers or services will not work"
  fact architecture "$architecture"
  fact freeMegabytes "${free:-unknown}"
}

# --- one at a time ----------------------------------------------------------------------------------------------------------------

start_time() { # PID: in ticks since boot; tells a process from a later one of the same number
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

is_alive() { # "PID STARTTIME", as kept in files
  pid=${1%% *}
  [ -n "$pid" ] && [ "$(start_time "$pid")" = "${1#* }" ]
}

take_lock() {
  lock=$root.lock
  deadline=$(($(now) + param_lock_seconds))
  mkdir -p "$(dirname "$root")" 2>/dev/null
  until mkdir "$lock" 2>/dev/null; do
    [ -d "$lock" ] || fail unwritable "$(dirname "$root") cannot be written to"
    owner=$(cat "$lock/owner" 2>/dev/null)
    if [ -n "$owner" ] && ! is_alive "$owner"; then
      say "removing the lock of process ${owner%% *}, which is gone"
      rm -rf "$lock"
      continue
    fi
    [ "$(now)" -lt "$deadline" ] || fail locked "process ${owner%% *} is working on $root"
    nap
  done
  echo "$$ $(start_time $$)" >"$lock/owner"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 1' HUP INT TERM
}

# --- who, and with what environment -----------------------------------------------------------------------------------------------

as_user() { # COMMAND…: as `$user`, environment kept
  if [ "$user" = "$(id -un)" ]; then
    "$@"
  elif have setpriv; then
    setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
  elif have runuser; then
    runuser -u "$user" -- "$@"
  else
    # shellcheck disable=SC2016 # for the inner shell
    su -m -s /bin/sh "$user" -c '"$0" "$@"' "$@"
  fi
}

choose_user() {
  user=$(id -un)
  is_root && [ -z "$param_as_root" ] || return 0
  if ! id runner >/dev/null 2>&1; then
    if have useradd; then useradd -m -s /bin/bash runner >&2; else adduser --disabled-password --gecos '' runner >&2; fi
  fi
  user=runner
  if ! id runner >/dev/null 2>&1 || ! as_user true 2>/dev/null; then
    user=root
    warn "no user 'runner' can be made here; the runner runs as root"
  fi
}

known_user() {
  user=$(cat "$state/user" 2>/dev/null)
  [ -n "$user" ] && id "$user" >/dev/null 2>&1 || user=$(id -un)
}

home_of() {
  home=$(awk -F: -v name="$1" '$1 == name { print $6 }' /etc/passwd 2>/dev/null)
  echo "${home:-/tmp}"
}

# Leaves only what jobs should see: never the pod's own RUNPOD_* (its API key among them). To be called in a subshell.
clean_environment() {
  for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
    case $variable in
      PATH | TZ | LD_LIBRARY_PATH | CUDA_* | NVIDIA_* | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) ;;
      *) unset "$variable" 2>/dev/null ;;
    esac
  done
  # RunPod's images keep the container's environment here, unescaped: it is read, never run.
  if [ -r /etc/rp_environment ]; then
    while IFS= read -r line; do
      variable=${line#export }
      value=${variable#*=}
      variable=${variable%%=*}
      case $variable in
        *[!A-Za-z0-9_]*) continue ;;
        PATH | LD_LIBRARY_PATH | CUDA_* | NVIDIA_*) ;;
        *) continue ;;
      esac
      value=${value#\"}
      export "$variable=${value%\"}"
    done </etc/rp_environment
  fi
  HOME=$(home_of "$user") USER=$user LOGNAME=$user LANG=C.UTF-8
  : "${PATH:=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
  export HOME USER LOGNAME LANG PATH
  if [ "$user" = root ]; then export RUNNER_ALLOW_RUNASROOT=1; fi
}

run_environment() { # as above
  clean_environment
  export RUNNER_MANUALLY_TRAP_SIG=1 ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1
}

# --- install ----------------------------------------------------------------------------------------------------------------------

sha256_of() {
  if have sha256sum; then sha256sum "$1"; elif have shasum; then shasum -a 256 "$1"; else openssl dgst -sha256 -r "$1"; fi |
    sed 's/[^0-9a-fA-F].*//'
}

fetch() { # FILE
  if have curl; then
    curl -fsSL --retry 3 --retry-delay 2 --retry-connrefused --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
      -C - -o "$1" "$param_archive_url" >&2
  else
    wget -q -c -T 60 -t 3 -O "$1" "$param_archive_url" >&2
  fi
}

download() { # FILE: the whole archive or nothing
  for attempt in 1 2 3 4; do
    if fetch "$1.part"; then
      mv -f "$1.part" "$1"
      return 0
    fi
    # What is there already may be what the server objects to.
    [ "$attempt" != 2 ] || rm -f "$1.part"
    [ "$attempt" = 4 ] || sleep "$attempt"
  done
  return 1
}

libraries_present() (
  cd "$1" || exit 1
  for library in libcoreclr libSystem.Security.Cryptography.Native.OpenSsl libSystem.IO.Compression.Native; do
    [ ! -f "bin/$library.so" ] || ! ldd "./bin/$library.so" 2>/dev/null | grep -q 'not found' || exit 1
  done
  ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
  "$ldconfig" -NXv 2>/dev/null | grep -q libicu
)

install_libraries() { # TREE: judged by what is there afterwards, not by what was printed
  is_root || return 1
  for attempt in 1 2 3; do
    (cd "$1" && clean_environment && DEBIAN_FRONTEND=noninteractive ./bin/installdependencies.sh) >&2 </dev/null
    libraries_present "$1" && return 0
    icu=$(apt-cache search --names-only '^libicu[0-9]+$' 2>/dev/null | sort | tail -n 1 | cut -d ' ' -f 1)
    [ -z "$icu" ] || { apt_install "$icu" && libraries_present "$1" && return 0; }
    [ "$attempt" = 3 ] || sleep 3
  done
  return 1
}

fetch_archive() { # FILE
  mkdir -p "$param_archive_dir" || fail unwritable "$param_archive_dir cannot be made"
  if [ -f "$1" ]; then
    [ "$(sha256_of "$1")" != "$param_sha256" ] || return 0
    say "the kept archive is damaged"
    rm -f "$1"
  fi
  progress 10 "Downloading runner $param_version"
  download "$1" || fail download "$param_archive_url could not be downloaded"
  progress 50 "Verifying the archive"
  found=$(sha256_of "$1")
  if [ "$found" != "$param_sha256" ]; then
    rm -f "$1"
    fact expectedSHA256 "$param_sha256"
    fact foundSHA256 "$found"
    fail checksumMismatch "the archive's SHA-256 is $found instead of $param_sha256; it was deleted unopened"
  fi
}

unpack() { # FILE
  progress 55 "Unpacking"
  rm -rf "$root.new"
  mkdir "$root.new" || fail unwritable "$root.new cannot be made"
  if ! tar -xzf "$1" -C "$root.new" >&2 || [ ! -f "$root.new/config.sh" ]; then
    rm -rf "$root.new"
    fail unwritable "the archive could not be unpacked in $(dirname "$root")"
  fi
  mkdir -p "$root.new/.supervisor"
  echo "$param_version" >"$root.new/.supervisor/version"
  if [ -d "$root" ]; then
    rm -rf "$root.old"
    mv "$root" "$root.old" || fail unwritable "$root cannot be replaced"
  fi
  mv "$root.new" "$root" || fail unwritable "$root cannot be made"
  rm -rf "$root.old"
}

install() {
  take_lock
  progress 1 "Looking at the machine"
  missing=$(missing_tools)
  if [ -n "$missing" ]; then
    progress 3 "Installing $missing"
    # shellcheck disable=SC2046 # a list
    apt_install ca-certificates $(echo "$missing" | sed 's/ldconfig\|ldd/libc-bin/g; s/sha256sum/coreutils/')
    missing=$(missing_tools)
    [ -z "$missing" ] || fail toolsMissing "the image lacks: $missing"
  fi
  preflight
  if [ -L "$root" ]; then fail occupied "$root is a symbolic link"; fi
  if [ -f "$root/.runner" ] && [ -x "$root/bin/Runner.Listener" ]; then
    say "a configured runner is there; its files are kept"
  elif [ "$(cat "$state/version" 2>/dev/null)" = "$param_version" ] && [ -x "$root/bin/Runner.Listener" ]; then
    say "runner $param_version is there"
  else
    if [ -d "$root" ] && [ ! -f "$root/config.sh" ] && [ ! -d "$state" ] && [ -n "$(ls -A "$root")" ]; then
      fail occupied "$root holds something that is not a runner"
    fi
    case $param_sha256 in
      *[!0-9a-f]* | '') fail usage "no SHA-256 was given for the archive" ;;
    esac
    archive=$param_archive_dir/actions-runner-linux-$architecture-$param_version.tar.gz
    fetch_archive "$archive"
    unpack "$archive"
  fi
  progress 70 "Checking libraries"
  if ! libraries_present "$root"; then
    progress 72 "Installing libraries"
    # config.sh looks again, and has the last word.
    install_libraries "$root" || warn "libraries that the runner needs seem to be missing"
  fi
  choose_user
  mkdir -p "$state"
  echo "$user" >"$state/user"
  if is_root; then chown -R "$user" "$root" || warn "$root could not be given to $user"; fi
  fact user "$user"
  fact version "$(version)"
}

# --- configure --------------------------------------------------------------------------------------------------------------------

setting() { # NAME: a field of `.runner`, which may begin with a byte order mark
  sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$root/.runner" 2>/dev/null | head -n 1
}

version() {
  version=$(sed -n "s/.*Current runner version: '\([^']*\)'.*/\1/p" "$log" 2>/dev/null | tail -n 1)
  [ -n "$version" ] || version=$(cat "$state/version" 2>/dev/null)
  echo "$version"
}

bare_url() { echo "$1" | sed 's|/*$||; s|\.git$||' | tr '[:upper:]' '[:lower:]'; }

run_config() { # [remove [--local]]: `config.sh` with what is in its environment only; words to $state/config.{out,err}
  mkdir -p "$state"
  (
    clean_environment
    case ${1-} in
      '')
        export ACTIONS_RUNNER_INPUT_UNATTENDED=true ACTIONS_RUNNER_INPUT_URL="$param_url"
        export ACTIONS_RUNNER_INPUT_NAME="$param_name" ACTIONS_RUNNER_INPUT_WORK=_work
        [ -z "$param_labels" ] || export ACTIONS_RUNNER_INPUT_LABELS="$param_labels"
        [ -z "$param_ephemeral" ] || export ACTIONS_RUNNER_INPUT_EPHEMERAL=true
        [ -z "$param_replace" ] || export ACTIONS_RUNNER_INPUT_REPLACE=true
        ;;
    esac
    if [ "${2-}" != --local ]; then export ACTIONS_RUNNER_INPUT_TOKEN="$param_token"; fi
    cd "$root" && as_user ./config.sh "$@"
  ) >"$state/config.out" 2>"$state/config.err" </dev/null
}

said() { cat "$state/config.out" "$state/config.err" 2>/dev/null | grep -q "$1"; }

explain_configure() {
  if said 'NotFound\|404'; then
    fail tokenRefused "GitHub knows no such registration: the token is wrong, expired or for another place than $param_url"
  elif said 'runner exists with the same name'; then
    fail nameTaken "a runner named $param_name exists"
  elif said "Dependencies is missing\|dependencies is missing\|Can not find 'ld"; then
    fail librariesMissing "$(grep -h 'issing\|Can not' "$state/config.out" "$state/config.err" | head -n 1)"
  elif said 'Must not run'; then
    fail rootRefused "the runner refuses to run as root"
  elif said 'UPDATE REQUIRED\|is deprecated'; then
    fail deprecated "GitHub no longer accepts runner $(version)"
  fi
  fail configure "$(cat "$state/config.out" "$state/config.err" | grep -v '^ *$' | tail -n 1)"
}

configure() {
  take_lock
  [ -x "$root/config.sh" ] || fail notConfigured "no runner is installed in $root"
  known_user
  if [ -f "$root/.runner" ]; then
    if [ "$(bare_url "$(setting gitHubUrl)")" = "$(bare_url "$param_url")" ] && [ "$(setting agentName)" = "$param_name" ]; then
      fact configured kept
      fact agentId "$(setting agentId)"
      return
    fi
    fail alreadyConfigured "the runner in $root is $(setting agentName) of $(setting gitHubUrl)"
  fi
  if [ -f "$root/.credentials" ]; then
    say "removing what a configuration that was cut short left behind"
    run_config remove --local
    rm -f "$root/.credentials" "$root/.credentials_rsaparams"
  fi
  [ -n "$param_token" ] || fail tokenRefused "no registration token was given"
  progress 10 "Registering $param_name with GitHub"
  run_config
  code=$?
  param_token=
  cat "$state/config.out" "$state/config.err" >&2
  if [ "$code" != 0 ] || [ ! -f "$root/.runner" ]; then explain_configure; fi
  fact configured new
  fact agentId "$(setting agentId)"
}

# --- processes --------------------------------------------------------------------------------------------------------------------

runner_pids() { # COMM…: processes of this directory with one of these names; any name when none is given
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" != $$ ] || continue
    if [ $# -gt 0 ]; then
      # With no process of its own: there may be thousands to look at.
      { read -r name <"$process/comm"; } 2>/dev/null || continue
      case " $* " in *" $name "*) ;; *) continue ;; esac
    fi
    place=$(readlink "$process/cwd" 2>/dev/null)
    case $place/ in "$root"/*) ;; *)
      place=$(readlink "$process/exe" 2>/dev/null)
      case $place in "$root"/*) ;; *) continue ;; esac ;;
    esac
    # A zombie runs nothing.
    case $(sed 's/.*) //' "$process/stat" 2>/dev/null) in Z* | '') ;; *) echo "$pid" ;; esac
  done
}

supervisor_pid() {
  kept=$(cat "$state/pid" 2>/dev/null)
  [ -z "$kept" ] || ! is_alive "$kept" || echo "${kept%% *}"
}

unit() {
  if [ "$root" = /opt/actions-runner ]; then echo actions-runner.service; else echo "actions-runner-${root##*/}.service"; fi
}

mode() {
  if systemd_usable && systemctl is-active --quiet "$(unit)"; then
    echo systemd
  elif [ -n "$(supervisor_pid)" ]; then
    echo supervised
  else
    echo none
  fi
}

write_unit() {
  known_user
  {
    printf '[Unit]\nDescription=GitHub Actions runner in %s\nAfter=network-online.target\nWants=network-online.target\n' "$root"
    printf 'ConditionPathExists=%s/.runner\n\n' "$root"
    printf '[Service]\nExecStart=%s/run.sh\nWorkingDirectory=%s\nUser=%s\n' "$root" "$root" "$user"
    (
      run_environment
      env | grep '^[A-Za-z_][A-Za-z0-9_]*=' | grep -v '^\(PWD\|OLDPWD\|_\|SHLVL\)=' |
        sed 's/[\\"]/\\&/g; s/%/%%/g; s/.*/Environment="&"/'
    )
    printf 'Restart=always\nRestartSec=5\nRestartPreventExitStatus=7\nKillMode=mixed\nKillSignal=SIGTERM\n'
    printf 'TimeoutStopSec=%s\n' "$param_stop_seconds"
    printf 'StandardInput=null\nStandardOutput=append:%s\nStandardError=inherit\n\n[Install]\nWantedBy=multi-user.target\n' "$log"
  } >"$param_unit_dir/$(unit)"
}

# What keeps a runner alive where systemd does not. In bash, which the runner needs anyway: its job control gives each run a process group
# that can be interrupted, and a supervisor must not hand down an ignored INT.
write_supervisor() {
  cat >"$state/supervise.sh" <<'SUPERVISOR'
#!/bin/bash
# Keeps the runner in the directory that it is started in running, until it is told to stop or nothing is left to run.
# Argument: the seconds before it is started again for the first time.
set -um
state=.supervisor
log=runner.log
child='' stopping='' refusals=0
shortest=$1
delay=$shortest
echo "$$ $(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)" >$state/pid
trap 'stopping=yes; [ -z "$child" ] || kill -INT -- "-$child" 2>/dev/null' INT TERM
trap '' HUP
finish() {
  echo "$1" >$state/state
  rm -f $state/pid
  exit 0
}
while :; do
  [ -f .runner ] || finish finished
  if [ "$(wc -c <$log)" -gt 10000000 ]; then
    cp $log $log.1
    : >$log
  fi
  mark=$(wc -c <$log)
  began=$(date +%s)
  echo running >$state/state
  ./run.sh &
  child=$!
  # A signal to this shell ends a `wait` early.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  child=
  [ -z "$stopping" ] || finish stopped
  words=$(tail -c +"$((mark + 1))" $log)
  case $words in
    *'registration has been deleted from the server'* | *'no longer exists on the server'* | *'Not configured'*) finish unregistered ;;
  esac
  # GitHub has been known to say so of the newest version, for a while.
  case $code:$words in
    7:* | *'is deprecated and cannot receive messages'*)
      refusals=$((refusals + 1))
      [ $refusals -lt 3 ] || finish deprecated
      ;;
    *) refusals=0 ;;
  esac
  [ $(($(date +%s) - began)) -lt 60 ] || delay=$shortest
  echo restarting >$state/state
  echo "supervisor: the runner ended with code $code; starting it again in $delay s"
  sleep "$delay" &
  wait $!
  [ -z "$stopping" ] || finish stopped
  delay=$((delay * 2 > 300 ? 300 : delay * 2))
done
SUPERVISOR
}

start_supervised() {
  write_supervisor
  if is_root; then chown -R "$user" "$state" "$log"; fi
  (
    run_environment
    cd "$root" || exit 1
    set -- bash "$state/supervise.sh" "$param_restart_seconds"
    # A background job of a shell ignores INT for good, and so would all that it starts.
    if env --default-signal=INT true 2>/dev/null; then set -- env --default-signal=INT,QUIT "$@"; fi
    if ! have setsid; then
      as_user "$@" &
    elif setsid -f true 2>/dev/null; then
      as_user setsid -f "$@"
    else
      as_user setsid "$@" &
    fi
  ) </dev/null >>"$log" 2>&1
}

start() {
  take_lock
  [ -f "$root/.runner" ] || fail notConfigured "no configured runner is in $root"
  known_user
  : >>"$log"
  mode=$(mode)
  if [ "$mode" = none ] && [ -n "$(runner_pids Runner.Listener)" ]; then
    say "a listener without a supervisor is running; ending it first"
    end_processes
  fi
  if [ "$mode" != none ]; then
    fact started already
  else
    mark=$(wc -c <"$log")
    echo "$mark" >"$state/mark"
    rm -f "$state/state"
    if systemd_usable; then
      progress 10 "Starting the systemd unit $(unit)"
      if is_root; then chown "$user" "$log"; fi
      mkdir -p "$param_unit_dir"
      write_unit || fail start "$param_unit_dir/$(unit) cannot be written"
      { systemctl daemon-reload && systemctl enable "$(unit)" && systemctl restart "$(unit)"; } >&2 ||
        fail start "systemd would not start $(unit)"
    else
      rm -f "$param_unit_dir/$(unit)" 2>/dev/null
      progress 10 "Starting the runner under its supervisor"
      start_supervised
    fi
    fact started yes
  fi
  await_listening
  fact mode "$(mode)"
}

listening() {
  mark=$(cat "$state/mark" 2>/dev/null)
  tail -c +"$((${mark:-0} + 1))" "$log" 2>/dev/null | grep -q 'Listening for Jobs\|Running job:'
}

last_words() { grep -v '^ *$' "$log" 2>/dev/null | grep -v '^supervisor:' | tail -n 1; }

await_listening() {
  begun=$(now)
  until listening && [ -n "$(runner_pids Runner.Listener)" ]; do
    waited=$(($(now) - begun))
    if [ "$waited" -gt 2 ] && [ "$(mode)" = none ]; then fail start "the runner ended: $(last_words)"; fi
    if [ "$waited" -ge "$param_start_seconds" ]; then
      fact listening no
      warn "the runner has not said that it listens: $(last_words)"
      return
    fi
    nap
  done
  fact listening yes
}

none_left() { # PATIENCE: whether the listener and its workers are gone within so many seconds
  deadline=$(($(now) + $1))
  while [ -n "$(supervisor_pid)$(runner_pids Runner.Listener Runner.Worker)" ]; do
    [ "$(now)" -lt "$deadline" ] || return 1
    nap
  done
}

end_processes() { # INT, then TERM, then KILL
  [ -z "$(runner_pids Runner.Worker)" ] || fact jobCut yes
  supervisor=$(supervisor_pid)
  # The supervisor interrupts the whole of its run's process group.
  [ -z "$supervisor" ] || kill -TERM "$supervisor" 2>/dev/null
  for pid in $(runner_pids Runner.Listener); do kill -INT "$pid" 2>/dev/null; done
  none_left "$param_stop_seconds" && return
  say "the runner does not end; terminating it"
  for pid in $(runner_pids); do kill -TERM "$pid" 2>/dev/null; done
  none_left "$param_term_seconds" && return
  say "the runner does not end; killing it"
  fact killed yes
  supervisor=$(supervisor_pid)
  [ -z "$supervisor" ] || kill -KILL "$supervisor" 2>/dev/null
  for pid in $(runner_pids); do kill -KILL "$pid" 2>/dev/null; done
  none_left 5
}

stop() {
  take_lock
  progress 10 "Stopping the runner"
  if systemd_usable && [ -f "$param_unit_dir/$(unit)" ]; then
    [ -z "$(runner_pids Runner.Worker)" ] || fact jobCut yes
    systemctl stop "$(unit)" >&2 || warn "systemd would not stop $(unit)"
  fi
  end_processes || fail start "processes of the runner could not be ended: $(runner_pids | tr '\n' ' ')"
  rm -f "$state/pid"
  [ ! -d "$state" ] || echo stopped >"$state/state"
}

status() {
  fact workDirectory "$root"
  if [ ! -x "$root/bin/Runner.Listener" ]; then
    fact installed no
    return
  fi
  fact installed yes
  fact version "$(version)"
  if [ -f "$root/.runner" ]; then
    fact configured yes
    fact url "$(setting gitHubUrl)"
    fact name "$(setting agentName)"
    fact agentId "$(setting agentId)"
  else
    fact configured no
  fi
  fact mode "$(mode)"
  fact listener "$(runner_pids Runner.Listener | tr '\n' ' ')"
  fact worker "$(runner_pids Runner.Worker | tr '\n' ' ')"
  fact state "$(cat "$state/state" 2>/dev/null)"
  if listening; then fact listening yes; else fact listening no; fi
  fact lastWords "$(last_words)"
}

# --- remove -----------------------------------------------------------------------------------------------------------------------

deregister() {
  [ -f "$root/.runner" ] && [ -x "$root/config.sh" ] || return 0
  known_user
  fact name "$(setting agentName)"
  fact agentId "$(setting agentId)"
  if [ -n "$param_token" ]; then
    progress 40 "Removing the registration"
    if run_config remove && said 'Runner removed successfully\|Does not exist. Skipping'; then
      fact deregistered yes
      return
    fi
    cat "$state/config.out" "$state/config.err" >&2
    warn "GitHub did not accept the removal: $(cat "$state/config.out" "$state/config.err" | grep -v '^ *$' | tail -n 1)"
  fi
  fact deregistered no
  run_config remove --local || rm -f "$root/.runner" "$root/.credentials" "$root/.credentials_rsaparams"
}

remove_files() {
  if [ ! -e "$root" ]; then
    fact filesRemoved yes
    return
  fi
  case $root in
    */../* | */.. | / | "${HOME:-/root}" | "${HOME:-/root}/") refuse=yes ;;
    /*/*) refuse= ;;
    *) refuse=yes ;;
  esac
  if [ -L "$root" ] || { [ ! -f "$root/config.sh" ] && [ ! -d "$state" ]; }; then refuse=yes; fi
  if [ -n "$refuse" ]; then
    fact filesRemoved no
    warn "$root does not look like a runner's directory; it is left alone"
    return
  fi
  cd / || return
  rm -rf "$root" "$root.new" "$root.old"
  if [ -e "$root" ]; then fact filesRemoved no; else fact filesRemoved yes; fi
}

remove() {
  stop
  if [ -f "$param_unit_dir/$(unit)" ]; then
    systemd_usable && systemctl disable "$(unit)" >&2
    rm -f "$param_unit_dir/$(unit)"
    ! systemd_usable || systemctl daemon-reload >&2
  fi
  deregister
  param_token=
  [ -n "$param_keep_files" ] || remove_files
}

logs() {
  tail -n "$param_lines" "$log" 2>/dev/null | sed 's/^@/ @/'
  # shellcheck disable=SC2012 # names made by the runner
  newest=$(ls -t "$root"/_diag/Runner_*.log 2>/dev/null | head -n 1)
  [ -z "$newest" ] || tail -n "$param_lines" "$newest" | sed 's/^@/ @/'
}

main() {
  umask 022
  case $param_command in
    preflight)
      preflight
      status
      ;;
    install) install ;;
    configure) configure ;;
    start) start ;;
    stop) stop ;;
    status) status ;;
    remove) remove ;;
    logs) logs ;;
    *) fail usage "unknown command '$param_command'" ;;
  esac
  progress 100 "Done"
  echo "@done"
}

main </dev/null
