# The processes of the runner in $root, and their end. Read from /proc: there may be no ps.

runner_pids() { # COMM…: processes of this directory with one of these names; all but those of a terminal when none is given
  # Through links, as the kernel tells it.
  real=$(cd "$root" 2>/dev/null && pwd -P) || return 0
  links=
  for process in /proc/[0-9]*; do
    if [ $# -gt 0 ]; then
      # With no process of its own: there may be thousands to look at.
      { read -r name <"$process/comm"; } 2>/dev/null || continue
      case " $* " in *" $name "*) ;; *) continue ;; esac
    fi
    links="$links $process/cwd $process/exe"
  done
  [ -n "$links" ] || return 0
  places "$links" | while read -r pid place; do
    case $place/ in "$real"/*) ;; *) continue ;; esac
    case $pid in "$$" | "$PPID") continue ;; esac
    stat=$(first_line "/proc/$pid/stat")
    stat=${stat##*) }
    # A zombie runs nothing.
    case $stat in Z* | '') continue ;; esac
    # Somebody may be looking around there.
    [ $# -gt 0 ] || [ "$(echo "$stat" | cut -d ' ' -f 5)" = 0 ] || continue
    echo "$pid"
  done | sort -un
}

# Where links of /proc lead, after the number of their process. Root may not look at another user's processes in a container without
# CAP_SYS_PTRACE, which most pods are; that user may.
places() { # LINKS
  # shellcheck disable=SC2086 # a list
  {
    if ! ls -ld $1; then
      [ -n "${user-}" ] || known_user
      [ "$user" = "$(id -un)" ] || as_user ls -ld $1
    fi
  } 2>/dev/null | sed -n 's|.* /proc/\([0-9]*\)/[a-z]* -> |\1 |p'
}

has_job() { [ -n "$(runner_pids Runner.Worker)" ]; }

supervisor_pid() {
  kept=$(first_line "$state/pid")
  [ -z "$kept" ] || ! is_alive "$kept" || echo "${kept%% *}"
}

mode() { # what keeps the runner alive now
  if systemd_usable && systemctl is-active --quiet "$(unit)"; then
    echo systemd
  elif [ -n "$(supervisor_pid)" ]; then
    echo supervised
  else
    echo none
  fi
}

signal() { # NAME PID…
  name=$1
  shift
  for pid in "$@"; do kill "-$name" "$pid" 2>/dev/null; done
}

none_left() { # PATIENCE: whether the listener and its workers are gone within so many seconds
  deadline=$(($(now) + $1))
  while [ -n "$(supervisor_pid)$(runner_pids Runner.Listener Runner.Worker)" ]; do
    [ "$(now)" -lt "$deadline" ] || return 1
    nap
  done
}

end_processes() { # INT, then TERM, then KILL
  if has_job; then cut_job; fi
  # The supervisor interrupts the whole of its run's process group. A listener without one is interrupted itself.
  # shellcheck disable=SC2046 # lists
  signal TERM $(supervisor_pid)
  # shellcheck disable=SC2046
  [ -n "$(supervisor_pid)" ] || signal INT $(runner_pids Runner.Listener)
  if ! none_left "$param_stop_seconds"; then
    say "the runner does not end; terminating it"
    # shellcheck disable=SC2046
    signal TERM $(runner_pids)
    if ! none_left "$param_term_seconds"; then
      say "the runner does not end; killing it"
      fact killed yes
    fi
  fi
  # What is left belongs to a job, or does not obey.
  # shellcheck disable=SC2046
  signal KILL $(supervisor_pid) $(runner_pids)
  none_left 5
}
