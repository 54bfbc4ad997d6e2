# The processes of the runner in $root, and their end. Read from /proc: there may be no ps.

# Sets `pids`: processes of this directory with one of these names; all but those of a terminal when none is given.
find_pids() { # COMM…
  pids='' links=''
  for process in /proc/[0-9]*; do
    if [ $# -gt 0 ]; then
      # With no process of its own: there may be thousands to look at.
      { read -r name <"$process/comm"; } 2>/dev/null || continue
      case " $* " in *" $name "*) ;; *) continue ;; esac
    fi
    links="$links $process/cwd $process/exe"
  done
  [ -n "$links" ] || return 0
  # Through links, as the kernel tells it.
  real=$(cd "$root" 2>/dev/null && pwd -P) || return 0
  while read -r pid place; do
    case $place/ in "$real"/*) ;; *) continue ;; esac
    case " $pids $$ $PPID " in *" $pid "*) continue ;; esac
    first_line "/proc/$pid/stat"
    stat=${line##*) }
    # A zombie runs nothing.
    case $stat in Z* | '') continue ;; esac
    # Somebody may be looking around there.
    # shellcheck disable=SC2086 # a list
    [ $# -gt 0 ] || ! has_terminal $stat || continue
    pids="${pids:+$pids }$pid"
  done <<PLACES
$(places "$links")
PLACES
}

has_terminal() { [ "$5" != 0 ]; } # FIELD… of a process's stat, from its state on

# Where links of /proc lead, after the number of their process. Root may not look at another user's processes in a container without
# CAP_SYS_PTRACE, which most pods are; that user may.
places() { # LINKS
  # shellcheck disable=SC2086 # a list
  {
    if ! ls -ld $1; then
      [ -n "${user-}" ] || known_user
      [ "$user" = "$me" ] || as_user ls -ld $1
    fi
  } 2>/dev/null | sed -n 's|.* /proc/\([0-9]*\)/[a-z]* -> |\1 |p'
}

has_job() {
  find_pids Runner.Worker
  [ -n "$pids" ]
}

find_supervisor() { # sets `supervisor`, its process
  first_line "$state/pid"
  supervisor=${line%% *}
  is_alive "$line" || supervisor=
}

find_mode() { # sets `mode`: what keeps the runner alive now
  find_supervisor
  if systemd_usable && systemctl is-active --quiet "$unit"; then
    mode=systemd
  elif [ -n "$supervisor" ]; then
    mode=supervised
  else
    mode=none
  fi
}

signal() { # NAME PID…
  name=$1
  shift
  for pid in "$@"; do kill "-$name" "$pid" 2>/dev/null; done
}

none_left() { # PATIENCE: whether the listener and its workers are gone within so many seconds
  uptime
  deadline=$((uptime + $1))
  while
    find_supervisor
    find_pids Runner.Listener Runner.Worker
    [ -n "$supervisor$pids" ]
  do
    uptime
    [ "$uptime" -lt "$deadline" ] || return 1
    nap
  done
}

end_processes() { # INT, then TERM, then KILL
  if has_job; then cut_job; fi
  # The supervisor interrupts the whole of its run's process group. A listener without one is interrupted itself.
  find_supervisor
  # shellcheck disable=SC2086 # lists, here and below
  signal TERM $supervisor
  find_supervisor
  if [ -z "$supervisor" ]; then
    find_pids Runner.Listener
    # shellcheck disable=SC2086
    signal INT $pids
  fi
  if ! none_left "$param_stop_seconds"; then
    say "the runner does not end; terminating it"
    find_pids
    # shellcheck disable=SC2086
    signal TERM $pids
    if ! none_left "$param_term_seconds"; then
      say "the runner does not end; killing it"
      fact killed yes
    fi
  fi
  # What is left belongs to a job, or does not obey.
  find_supervisor
  find_pids
  # shellcheck disable=SC2086
  signal KILL $supervisor $pids
  none_left 5
}
