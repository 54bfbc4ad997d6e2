# What the runner has said: on its console, or to the log files of its listener and its last worker.

log_file() {
  case $param_source in
    listener) pattern=Runner_ ;;
    worker) pattern=Worker_ ;;
    *)
      echo "$log"
      return
      ;;
  esac
  # shellcheck disable=SC2012 # names made by the runner
  ls -t "$root/_diag/$pattern"*.log 2>/dev/null | head -n 1
}

logs() {
  file=$(log_file)
  if [ -z "$file" ] || [ ! -f "$file" ]; then
    if [ ! -d "$state" ]; then fail notConfigured "no runner is installed in $root"; fi
    return 0
  fi
  fact file "$file"
  if [ -n "$param_follow" ]; then
    # Until the one who listens goes away.
    tail -n "$param_lines" -F "$file" 2>/dev/null | sed -u 's/^/@log /'
  else
    tail -n "$param_lines" "$file" | sed 's/^/@log /'
  fi
}
