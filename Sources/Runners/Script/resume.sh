# A container that restarts brings its runners back: RunPod's images run /post_start.sh each time (runpod/containers,
# container-template/start.sh, commit 01fb642), which begins what $param_shared_dir/launch has. All of that belongs to root.

quote_for_shell() { # WORD…
  for word; do printf " '%s'" "$(printf %s "$word" | sed "s/'/'\\\\''/g")"; done
}

launch_command() { # COMMAND…
  find_home "$user"
  first_line "$state/withheld"
  printf 'exec sh'
  # Ours come after the container's are sorted out: until then the process has all that the first one has.
  set -- RUNNER_MANUALLY_TRAP_SIG=1 ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1 "$@"
  [ "$user" != root ] || set -- RUNNER_ALLOW_RUNASROOT=1 "$@"
  quote_for_shell "$param_shared_dir/container.sh" '' "$line" "$home" "$user" env "$@"
  echo
}

is_started_by_image() { is_root && grep -qs '/post_start\.sh' /start.sh; }

# Nothing is started that was stopped, or has done its one job.
# shellcheck disable=SC2016 # for the shells of those files
remember_start() {
  is_started_by_image || return 0
  find_signals
  mkdir -p "$param_shared_dir/launch" && write_container &&
    {
      printf 'cd%s && read -r state <.supervisor/state || exit\n' "$(quote_for_shell "$root")"
      printf 'case $state in running | restarting) ;; *) exit ;; esac\nexec </dev/null >/dev/null 2>&1\n'
      # shellcheck disable=SC2086 # words
      through launch_command $signals "$(command -v bash)" "$state/supervise.sh" "$param_restart_seconds"
    } >"$param_shared_dir/launch/$unit" &&
    echo 'for launch in "${0%/*}"/launch/*; do [ ! -f "$launch" ] || sh "$launch" & done' >"$param_shared_dir/resume.sh" || return
  grep -qs "$param_shared_dir/resume.sh" /post_start.sh || echo "sh $param_shared_dir/resume.sh" >>/post_start.sh
}

forget_start() {
  rm -f "$param_shared_dir/launch/$unit"
  rmdir "$param_shared_dir/launch" 2>/dev/null && is_started_by_image && sed -i "\\|^sh $param_shared_dir/resume.sh\$|d" /post_start.sh
  return 0
}

# Which run of the container this is: its first process, on this boot of the machine.
this_run() {
  first_line /proc/sys/kernel/random/boot_id
  boot=$line
  start_time 1
  echo "$boot $started"
}

# Whether the runner ran in an earlier run of the container, and has not been started in this one.
has_restarted() {
  first_line "$state/state"
  case $line in running | restarting) ;; *) return 1 ;; esac
  [ "$mode" = none ] && [ -f "$state/run" ] && [ "$(cat "$state/run")" != "$(this_run)" ]
}
