# One at a time: a lock is a symbolic link, which is made in one step together with what it says, its owner.

# Sets `started`, in ticks since boot: tells a process from a later one of the same number. None for a zombie, which pods may keep
# for ever.
start_time() { # PID
  first_line "/proc/$1/stat"
  # shellcheck disable=SC2086 # a list
  set -- ${line##*) }
  case ${1-Z} in Z) started= ;; *) started=${20} ;; esac
}

own_name() { # sets `self`: what our locks say
  start_time $$
  self="$$ $started"
}

uptime() { # sets `uptime`, in seconds: what is waited for does not depend on the clock
  first_line /proc/uptime
  uptime=${line%%.*}
}

is_alive() { # "PID STARTTIME", as kept in files
  pid=${1%% *}
  [ -n "$pid" ] && start_time "$pid" && [ "$started" = "${1#* }" ]
}

take_lock() { # PATH [PATIENCE]
  deadline=
  folder=${1%/*}
  [ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null
  until ln -s "$self" "$1" 2>/dev/null; do
    owner=$(readlink "$1" 2>/dev/null)
    if [ -z "$owner" ] && [ ! -e "$1" ] && [ ! -w "$folder" ]; then fail unwritable "$folder cannot be written to"; fi
    if [ -n "$owner" ] && ! is_alive "$owner"; then break_lock "$1" "$owner"; fi
    uptime
    : "${deadline:=$((uptime + ${2-$param_lock_seconds}))}"
    [ "$uptime" -lt "$deadline" ] || fail locked "process ${owner%% *} is working on ${1%.lock}"
    nap
  done
  locks="$locks $1"
  trap release_locks EXIT
  trap 'exit 1' HUP INT TERM
}

break_lock() { # PATH OWNER: of the many who see that the owner is gone, one may remove its lock, and only that one
  if ln -s "$self" "$1.breaker" 2>/dev/null; then
    if [ "$(readlink "$1")" = "$2" ]; then
      say "removing the lock of process ${2%% *}, which is gone"
      rm -f "$1"
    fi
    rm -f "$1.breaker"
  else
    owner=$(readlink "$1.breaker" 2>/dev/null)
    if [ -n "$owner" ] && ! is_alive "$owner"; then rm -f "$1.breaker"; fi
  fi
}

release_lock() { # PATH
  rm -f "$1"
  locks=${locks%" $1"}
}

release_locks() {
  for lock in $locks; do rm -f "$lock"; done
}
