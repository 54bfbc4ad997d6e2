# What the pod knows of its runners. The service makes a word of it.

# From what the runner has said since it was last started: sets `listening`, yes or no; `said_last`, what is going on by the last of the
# lines that tell; `update_failure`, why it could not replace itself by a newer version when it last tried; and `last_words`.
#
# The words are those of actions/runner v2.336.0: src/Runner.Listener/{MessageListener,BrokerMessageListener,JobDispatcher,SelfUpdater}.cs
# and Program.cs. A self-update says that it is finished whether it succeeded or not; only one that succeeded said before that the
# runner will exit.
read_log() {
  first_line "$state/mark"
  listening=no
  # A log that has grown past its limit was emptied, and is one of a runner that has been listening for long.
  if [ -f "$state/rotated" ]; then line=0 listening=yes; fi
  found=$(tail -c +"$((${line:-0} + 1))" "$log" 2>/dev/null | awk -v listening="$listening" '
    /Listening for Jobs|Running job:/ { listening = "yes" }
    /Runner update in progress/ { said = "updating"; exits = failure = "" }
    /Runner will exit shortly for update/ { exits = 1 }
    /Runner update process finished/ && !exits { said = "listening"; failure = "its log says no more" }
    /An error occurred: / && failure != "" { failure = $0; sub(/^.*An error occurred: /, "", failure) }
    /Runner connect error/ { said = "disconnected" }
    /session for this runner already exists/ { said = "conflict" }
    /Listening for Jobs|Running job:|Runner reconnected/ { said = "listening" }
    # What run.sh and run-helper.sh say of an end is no reason of it.
    /^(Exiting runner|Restarting runner|Runner listener exit with|Exiting with unknown error)/ { next }
    !/^[ \t\r]*$|^supervisor:/ { words = $0 }
    END { print listening, said "\n" failure "\n" words }')
  update_failure='' last_words=''
  { read -r listening said_last && read -r update_failure && read -r last_words; } <<FOUND
$found
FOUND
}

status() {
  fact workDirectory "$root"
  find_mode
  # One that is replacing itself has none for a moment.
  if [ ! -x "$root/bin/Runner.Listener" ] && [ "$mode" = none ]; then
    fact installed no
    fact name "$(given_name)"
    first_line "$state/state"
    fact state "$line"
    return
  fi
  fact installed yes
  version
  fact version "$version"
  if [ -f "$root/.runner" ]; then
    fact configured yes
    registration
    fact url "$url"
    fact name "$agent"
    fact agentId "$agent_id"
    fact ephemeral "$(is_ephemeral && echo yes)"
  else
    fact configured no
    fact name "$(given_name)"
  fi
  fact mode "$mode"
  find_pids Runner.Listener
  fact listener "$pids"
  find_pids Runner.Worker
  fact worker "$pids"
  if [ -z "$pids" ] && has_restarted; then fact restarted yes; fi
  first_line "$state/state"
  fact state "$line"
  first_line "$state/since"
  [ -z "$line" ] || fact seconds "$(($(now) - line))"
  read_log
  fact listening "$listening"
  fact saidLast "$said_last"
  [ -z "$update_failure" ] || fact updateFailure "$update_failure"
  fact lastWords "$last_words"
}

list() {
  for root in $(known_roots); do
    check_root
    echo @runner
    status
  done
}
