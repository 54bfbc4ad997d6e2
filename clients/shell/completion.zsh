#compdef runpod-rpc-call
# Completion of runpod-rpc-call for zsh:  source clients/shell/completion.zsh  (after compinit)

_runpod_rpc_call() {
  local command=${words[1]} method word
  local -a names
  for word in ${words[2,CURRENT-1]}; do
    [[ $word == -* ]] || { method=$word; break; }
  done
  if [[ -n $method && ${words[2]} != --params ]]; then
    # A param that is no string is written with := and completed so.
    names=(${(f)"$($command --params $method 2>/dev/null | awk -F '\t' '{ print $1 ($2 ~ /(^| )string( |$)/ ? "=" : "\\:=") ":" $3 }')"})
    _describe -t params param names -S ''
  elif [[ ${words[CURRENT]} == -* ]]; then
    _values option --watch --quiet --methods --params --help
  else
    names=(${(f)"$($command --methods 2>/dev/null | sed 's/\t/:/')"})
    _describe -t methods method names
  fi
}

compdef _runpod_rpc_call runpod-rpc-call
