# Started, and kept running: by systemd where it is the pod's first process, else detached from everything. Either way it is our
# supervisor that runs the runner.

quote_for_unit() { # WORD…
  for word; do printf ' "%s"' "$(printf %s "$word" | sed 's/[\\"]/\\&/g; s/%/%%/g; s/\$/$$/g')"; done
}

unit_command() { # COMMAND…: the unit starts it in the container's environment, of which so nothing is written down
  find_home "$user"
  first_line "$state/withheld"
  printf 'ExecStart=/bin/sh %s' "$param_shared_dir/container.sh"
  quote_for_unit "$handed_over" "$line" "$home" "$user" "$@"
  echo
}

# Root runs it: it is not among the runner's own files.
write_container() { printf '%s\n' "$param_container" >"$param_shared_dir/container.sh"; }

write_unit() {
  write_container || return
  mkdir -p "$param_unit_dir" && {
    printf '[Unit]\nDescription=GitHub Actions runner in %s\nAfter=network-online.target\nWants=network-online.target\n' "$root"
    printf 'ConditionPathExists=%s/.runner\nStartLimitIntervalSec=0\n\n' "$root"
    printf '[Service]\nWorkingDirectory=%s\n' "$root"
    through unit_command "$(command -v bash)" "$state/supervise.sh" "$param_restart_seconds"
    printf 'Environment=RUNNER_MANUALLY_TRAP_SIG=1 ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1\n'
    [ "$user" != root ] || printf 'Environment=RUNNER_ALLOW_RUNASROOT=1\n'
    # It ends with 0 when there is nothing left to run.
    printf 'Restart=on-failure\nRestartSec=5\nKillMode=mixed\nKillSignal=SIGTERM\nTimeoutStopSec=%s\n' "$param_stop_seconds"
    printf '\n[Install]\nWantedBy=multi-user.target\n'
  } >"$param_unit_dir/$unit"
}

start_by_systemd() {
  progress 10 "Starting the systemd unit $unit"
  write_unit || fail start "$param_unit_dir/$unit cannot be written"
  { systemctl daemon-reload && systemctl enable "$unit" && systemctl restart "$unit"; } >&2 ||
    fail start "systemd would not start $unit"
}

remove_unit() {
  [ -f "$param_unit_dir/$unit" ] || return 0
  if systemd_usable; then systemctl disable "$unit" >&2; fi
  rm -f "$param_unit_dir/$unit"
  if systemd_usable; then systemctl daemon-reload >&2; fi
}

# Sets `signals`, words before a command: a background job of a shell ignores INT for good, and so would all that it starts.
find_signals() {
  signals=
  if env --default-signal=INT true 2>/dev/null; then signals='env --default-signal=INT,QUIT'; fi
}

start_detached() {
  # One that was written where systemd does not run would be in the way of a later look.
  remove_unit
  progress 10 "Starting the runner under its supervisor"
  (
    export RUNNER_MANUALLY_TRAP_SIG=1 ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1
    cd "$root" || exit 1
    find_signals
    # shellcheck disable=SC2086 # words
    set -- $signals bash "$state/supervise.sh" "$param_restart_seconds"
    if ! have setsid; then
      in_container "$@" &
    elif setsid -f true 2>/dev/null; then
      in_container setsid -f "$@"
    else
      in_container setsid "$@" &
    fi
  ) </dev/null >>"$log" 2>&1
  remember_start || warn "a container that restarts will not start the runner again by itself"
}

tidy() { # what a runner that does not run has no more use for
  for part in "$root/bin" "$root/externals"; do
    # There is none where an update was cut off: then nothing is left over.
    current=$(cd "$part" 2>/dev/null && pwd -P) || continue
    for tree in "$part".*; do
      if [ -d "$tree" ] && [ "$(cd "$tree" && pwd -P)" != "$current" ]; then rm -rf "$tree"; fi
    done
  done
  rm -rf "$root/_work/_temp" "$root/_work/_update"
  find "$root/_diag" -name '*.log' -mtime +14 -exec rm -f {} + 2>/dev/null
}

start() {
  take_lock "$root.lock"
  [ -f "$root/.runner" ] || fail notConfigured "no registered runner is in $root"
  known_user
  find_mode
  if [ "$mode" != none ]; then
    fact started already
  else
    if has_job; then fail jobRunning "the runner's supervisor has died, and the runner is running a job"; fi
    find_pids Runner.Listener
    if [ -n "$pids" ]; then
      say "a listener without a supervisor is running; ending it first"
      end_processes
    fi
    tidy
    : >>"$log"
    rm -f "$state/state" "$state/rotated" "$state/stale"
    { wc -c <"$log" >"$state/mark" && now >"$state/since" && this_run >"$state/run" && printf '%s\n' "$param_supervisor" >"$state/supervise.sh"; } ||
      fail diskFull "$state cannot be written to"
    if is_root; then chown -R "$user" "$state" "$log"; fi
    if systemd_usable; then start_by_systemd; else start_detached; fi
    fact started yes
  fi
  await_listening
  status
}

is_listening() {
  read_log
  [ "$listening" = yes ] || return 1
  find_pids Runner.Listener
  [ -n "$pids" ]
}

give_up() { # KIND TEXT
  read_log
  fail "$1" "$2: $last_words"
}

await_listening() {
  uptime
  begun=$uptime
  tenths=2
  until is_listening; do
    uptime
    waited=$((uptime - begun))
    # Asked first: the supervisor says why before it ends.
    find_mode
    first_line "$state/state"
    case $line in
      deprecated)
        version
        give_up deprecated "GitHub no longer serves runner $version"
        ;;
      unregistered)
        registration
        give_up unregistered "GitHub no longer knows the runner $agent"
        ;;
      # An ephemeral runner may have done its one job already.
      finished) break ;;
    esac
    if [ "$waited" -gt 2 ] && [ "$mode" = none ]; then give_up start "the runner ended"; fi
    if [ "$waited" -ge "$param_start_seconds" ]; then
      warn "the runner has not said that it listens: $last_words"
      return
    fi
    nap $tenths
    # Many pods may share a machine, and looking takes its share of it.
    [ $tenths = 9 ] || tenths=$((tenths + 1))
  done
}
