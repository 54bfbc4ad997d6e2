#!/bin/bash
# The command line with the real parser's traps, and its twins in the environment: ACTIONS_RUNNER_INPUT_NAME for --name.

declare -A option

read_options() { # ARGUMENT…
  local name value variable
  while [ $# -gt 0 ]; do
    case $1 in
      --*)
        name=${1#--}
        name=${name,,}
        value=true
        # A bare word after a flag makes it an argument; a value that begins with "-" is none.
        if [ $# -gt 1 ] && [[ $2 != -* ]]; then
          value=$2
          shift
        fi
        # The first one wins.
        [ -n "${option[$name]+set}" ] || option[$name]=$value
        ;;
      *) echo "Unrecognized command-line input arguments: '$1'. For usage refer to: .\\config.cmd --help or ./config.sh --help" >&2 ;;
    esac
    shift
  done
  for variable in $(compgen -e | grep -i '^ACTIONS_RUNNER_INPUT_'); do
    name=${variable#ACTIONS_RUNNER_INPUT_}
    name=${name,,}
    [ -n "${option[$name]+set}" ] || option[$name]=${!variable}
    # Children do not inherit them.
    unset "$variable"
  done
}

is_set() { [[ ${option[$1]-} == [Tt]rue ]]; }

need() { # NAME
  if [ -z "${option[$1]-}" ]; then
    echo "Invalid configuration provided for $1. Terminating unattended configuration." >&2
    exit 1
  fi
}

section() { printf '\n# %s\n\n' "$1"; }
success() { echo "√ $1"; }
