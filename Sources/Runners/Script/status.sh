# What the pod knows of its runners. The service makes a word of it.

since_start() { # what the runner has said since it was last started
  mark=$(first_line "$state/mark")
  tail -c +"$((${mark:-0} + 1))" "$log" 2>/dev/null
}

listening() {
  # A log that has grown past its limit is one of a runner that has been listening for long.
  [ -f "$state/rotated" ] || since_start | grep -q 'Listening for Jobs\|Running job:'
}

last_words() { grep -v '^[[:space:]]*$\|^supervisor:' "$log" 2>/dev/null | tail -n 1; }

said_last() { # what is going on, by the last of the lines that tell
  since_start | sed -n '
    /Runner update in progress/ s/.*/updating/p
    /Runner connect error/ s/.*/disconnected/p
    /session for this runner already exists/ s/.*/conflict/p
    /Listening for Jobs\|Running job:\|Runner reconnected/ s/.*/listening/p
  ' | tail -n 1
}

status() {
  fact workDirectory "$root"
  mode=$(mode)
  # One that is replacing itself has none for a moment.
  if [ ! -x "$root/bin/Runner.Listener" ] && [ "$mode" = none ]; then
    fact installed no
    return
  fi
  fact installed yes
  fact version "$(version)"
  if [ -f "$root/.runner" ]; then
    fact configured yes
    fact url "$(setting gitHubUrl)"
    fact name "$(setting agentName)"
    fact agentId "$(setting agentId)"
  else
    fact configured no
  fi
  fact mode "$mode"
  # shellcheck disable=SC2046 # lists
  {
    set -- $(runner_pids Runner.Listener)
    fact listener "$*"
    set -- $(runner_pids Runner.Worker)
    fact worker "$*"
  }
  fact state "$(first_line "$state/state")"
  since=$(first_line "$state/since")
  [ -z "$since" ] || fact seconds "$(($(now) - since))"
  if listening; then fact listening yes; else fact listening no; fi
  fact saidLast "$(said_last)"
  fact lastWords "$(last_words)"
}

list() {
  for root in $(known_roots); do
    check_root
    echo @runner
    status
  done
}
