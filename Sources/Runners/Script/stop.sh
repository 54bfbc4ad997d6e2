# Stopped, with all of its processes.

cut_job() { # said again to whoever asks in the place of one that may not have heard it
  fact jobCut yes
  echo "$param_call" >"$param_shared_dir/cut"
}

stop() {
  take_lock "$root.lock"
  first_line "$param_shared_dir/cut"
  if [ -n "$param_call" ] && [ "$line" = "$param_call" ]; then fact jobCut yes; fi
  if [ -n "$param_if_idle" ] && has_job; then fail jobRunning "the runner is running a job"; fi
  progress 10 "Stopping the runner"
  said=$(wc -c <"$log" 2>/dev/null)
  if systemd_usable && [ -f "$param_unit_dir/$unit" ]; then
    if has_job; then cut_job; fi
    systemctl stop "$unit" >&2 || warn "systemd would not stop $unit"
  fi
  if ! end_processes; then
    find_pids
    fail start "processes of the runner could not be ended: $pids"
  fi
  # One that had only just come was not seen before.
  if tail -c +$((${said:-0} + 1)) "$log" 2>/dev/null | grep -q 'Running job:\|with result: Canceled'; then cut_job; fi
  rm -f "$state/pid"
  if [ -d "$state" ] && [ -f "$root/.runner" ]; then echo stopped >"$state/state"; fi
}
