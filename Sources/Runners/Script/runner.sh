#!/bin/sh
# A GitHub Actions runner on this machine: looks, installs, configures, starts, stops, removes. POSIX sh; needs no root, no systemd, no ps.
#
# It arrives on a shell's standard input (`sh -s`): lines of the form param_NAME='VALUE' that set what is listed below, the other files of
# this directory, which only define functions, and this one, whose last line begins. So nothing of it is on an argument list, and half of
# it does nothing. Secrets are in param_token, param_env and param_jit_files alone, which are never exported, and are put into the environment of
# the one process, or the one file, that needs them.
#
# param_command: preflight install configure start stop status list logs remove
#
# Standard output, line by line:
#   @progress PERCENT TEXT    how far this command is
#   @fact NAME=VALUE          something found out; VALUE is the rest of the line
#   @runner                   what follows is about another runner (`list`)
#   @log TEXT                 a line of a log (`logs`)
#   @warning TEXT             something that did not go as it should, and did not matter enough
#   @failure KIND TEXT        the last line of a command that failed; KIND is one of
#                             unsupported toolsMissing diskFull unwritable occupied locked unreachable download checksumMismatch
#                             librariesMissing rootRefused tokenRefused nameTaken groupUnknown alreadyConfigured deprecated configure
#                             notConfigured unregistered start jobRunning ambiguous differs usage
#   @done                     the last line of a command that succeeded
# Standard error is for people. Exit code 0 after @done, 1 after @failure.

: "${param_command:=}"
: "${param_base:=/opt/actions-runner}"      # where the first runner of a pod goes
: "${param_shared_dir:=$param_base-shared}" # what all of them share: archives, and where each one is
: "${param_call:=}"         # the same for a run that comes in place of another one, whose answer was lost
: "${param_work_dir:=}"     # of the runner; empty: by its name, or the only one there is
: "${param_url:=}"          # of the repository, organisation or enterprise
: "${param_name:=}"
: "${param_labels:=}"       # separated by commas
: "${param_group:=}"
: "${param_token:=}"        # configure: registration token; remove: remove token
: "${param_jit_files:=}"    # configure, instead of a token: lines of a file's name and its content in base64
: "${param_ephemeral:=}"    # these four: empty or yes
: "${param_as_root:=}"
: "${param_if_idle:=}"      # stop: not while a job runs
: "${param_follow:=}"       # logs
: "${param_packages:=}"     # install: of the distribution, besides what the runner needs
: "${param_env:=}"          # install: lines NAME=VALUE, the environment variables of jobs
: "${param_withheld:=}"     # install: names of the container's variables that jobs do not see, between blanks
: "${param_started_hook:=}" # install: scripts on the pod, around each job
: "${param_completed_hook:=}"
: "${param_tool_cache:=}"   # install: a directory for jobs' tools
: "${param_sudo:=}"         # install: empty or yes
: "${param_reach:=}"        # install: addresses that must answer, the first one above all
: "${param_version:=}"      # of the release
: "${param_archive_url:=}"
: "${param_sha256:=}"
: "${param_supervisor:=}"   # start: the text of supervise.sh
: "${param_container:=}"    # configure, start, remove: the text of container.sh
: "${param_free_megabytes:=1500}"
: "${param_start_seconds:=30}"
: "${param_stop_seconds:=60}"
: "${param_term_seconds:=10}"
: "${param_restart_seconds:=5}"
: "${param_lock_seconds:=15}"
: "${param_retry_seconds:=3}" # before a download or apt-get is tried again; longer each time
: "${param_source:=console}" # logs: console, listener or worker
: "${param_lines:=100}"
: "${param_unit_dir:=/etc/systemd/system}"

# shellcheck disable=SC2034 # Read by the parts that follow this one.
names=$param_shared_dir/runners locks='' package_lists=''

progress() { printf '@progress %s\n' "$*"; }
fact() { printf '@fact %s=%s\n' "$1" "$2"; }
warn() { printf '@warning %s\n' "$*"; }
say() { printf 'runner.sh: %s\n' "$*" >&2; }
fail() { # KIND TEXT
  printf '@failure %s\n' "$*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
nap() { sleep "0.${1-2}" 2>/dev/null || sleep 1; } # [TENTHS]
now() { date +%s; }
is_root() { [ "$uid" = 0 ]; }
first_line() { # FILE: sets `line`. Like all that says what it sets, without a process of its own: a pod may have to start hundreds
  line=
  # shellcheck disable=SC2034 # read in other files
  { read -r line <"$1"; } 2>/dev/null
}

main() {
  set -u
  umask 022
  # Where the shell was started may be gone, or in the way of a removal.
  cd / || exit 1
  uid=$(id -u)
  own_name
  case $param_command in
    install | list) ;;
    *) choose ;;
  esac
  case $param_command in
    preflight)
      check_system
      check_disk
      status
      ;;
    install) install ;;
    configure) configure ;;
    start) start ;;
    stop) stop ;;
    status) status ;;
    list) list ;;
    logs) logs ;;
    remove) remove ;;
    *) fail usage "unknown command '$param_command'" ;;
  esac
  progress 100 "Done"
  echo "@done"
}

main </dev/null
