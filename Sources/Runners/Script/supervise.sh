#!/bin/bash
# Keeps the runner in the directory that it is started in running, until it is told to stop or nothing is left to run. In bash, which
# the runner needs anyway: its job control gives each run a process group of its own that can be interrupted, and what it starts does
# not inherit an ignored INT.
#
# Argument: the seconds before the runner is started again for the first time.
set -um
state=.supervisor
log=runner.log
child='' stopping='' refusals=0
shortest=$1
delay=$shortest
exec >>$log 2>&1
read -r stat </proc/$$/stat
read -ra fields <<<"${stat##*) }"
echo "$$ ${fields[19]}" >$state/pid
trap 'stopping=yes; [ -z "$child" ] || kill -INT -- "-$child" 2>/dev/null' INT TERM
trap '' HUP

finish() { # WORD
  # A runner for one job leaves only what tells of it: its log, its diagnostics and its end.
  if [ "$1" = finished ]; then
    for file in * .[!.]*; do
      case $file in .supervisor | runner.log* | _diag) ;; *) rm -rf "$file" ;; esac
    done
  fi
  echo "$1" >$state/state
  rm -f $state/pid
  exit 0
}

# Whoever writes to the log appends: it can be emptied under their hands.
rotate() {
  [ "$(wc -c <$log)" -gt 10000000 ] || return 0
  cp $log $log.1
  : >$log
  : >$state/rotated
}

end_sleep() { # disowned, since bash would announce its end in the log
  disown $! 2>/dev/null
  kill $! 2>/dev/null
}

wait_for_child() { # sets `code`
  while kill -0 "$child" 2>/dev/null; do
    sleep 60 &
    wait -n
    end_sleep
    rotate
  done
  wait "$child"
  code=$?
}

while :; do
  [ -f .runner ] || finish finished
  rotate
  rm -f $state/rotated
  wc -c <$log >$state/mark
  printf -v began '%(%s)T' -1
  echo "$began" >$state/since
  echo running >$state/state
  is_ephemeral=$(grep -ci '"ephemeral" *: *"\{0,1\}true' .runner)
  ./run.sh &
  child=$!
  wait_for_child
  child=
  [ -z "$stopping" ] || finish stopped
  words=$(tail -c +"$(($(cat $state/mark) + 1))" $log | tail -c 100000)
  case $words in
    *'registration has been deleted from the server'* | *'no longer exists on the server'* | *'Not configured'*)
      [ "$is_ephemeral" = 0 ] || finish finished
      finish unregistered
      ;;
  esac
  # GitHub has been known to say so of the newest version, for a while.
  case $code:$words in
    7:* | *'is deprecated and cannot receive messages'*)
      refusals=$((refusals + 1))
      [ $refusals -lt 3 ] || finish deprecated
      ;;
    *) refusals=0 ;;
  esac
  [ -f .runner ] || finish finished
  printf -v now '%(%s)T' -1
  [ $((now - began)) -lt 60 ] || delay=$shortest
  echo restarting >$state/state
  echo "supervisor: the runner ended with code $code; starting it again in $delay s"
  sleep "$delay" &
  wait $!
  end_sleep
  [ -z "$stopping" ] || finish stopped
  delay=$((delay * 2 > 300 ? 300 : delay * 2))
done
