# Completion of runpod-rpc-call for bash:  source clients/shell/completion.bash
# shellcheck shell=bash

_runpod_rpc_call() {
  local command=${COMP_WORDS[0]} word method="" candidates
  # Bash makes words of their own of = and : in key=TEXT and key:=JSON; what follows them is not ours to complete.
  case ${COMP_WORDS[COMP_CWORD]} in =* | :*) return ;; esac
  case ${COMP_WORDS[COMP_CWORD - 1]} in = | :=) return ;; esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      --params) ;;
      -*) ;;
      *) method=$word; break ;;
    esac
  done
  word=${COMP_WORDS[COMP_CWORD]}
  if [[ -n $method && ${COMP_WORDS[1]} != --params ]]; then
    # A param that is no string is written with := and completed so.
    candidates=$("$command" --params "$method" 2>/dev/null | awk -F '\t' '{ print $1 ($2 ~ /(^| )string( |$)/ ? "=" : ":=") }')
    compopt -o nospace
  elif [[ $word == -* ]]; then
    candidates="--watch --quiet --methods --params --help"
  else
    candidates=$("$command" --methods 2>/dev/null | cut -f 1)
  fi
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$word")
}

complete -F _runpod_rpc_call runpod-rpc-call
