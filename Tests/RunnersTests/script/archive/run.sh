#!/bin/bash
# As the real one under RUNNER_MANUALLY_TRAP_SIG: interrupts its listener's group; exits 0 whatever happened, but for 7.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
set -m
./bin/Runner.Listener run &
helper=$!
trap 'kill -INT -- -$helper' INT TERM
wait $helper
code=$?
if [ $code = 3 ]; then
  trap - INT TERM
  until [ -f update.finished ]; do sleep 0.1; done
  rm update.finished
  exec ./run.sh
fi
if [ $code = 2 ]; then
  trap - INT TERM
  sleep 0.1
  exec ./run.sh
fi
echo "Exiting runner..."
[ $code -le 128 ] || exit $code
[ $code != 7 ] || exit 7
exit 0
