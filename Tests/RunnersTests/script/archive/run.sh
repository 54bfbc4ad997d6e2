#!/bin/bash
# As the real one under RUNNER_MANUALLY_TRAP_SIG: interrupts its listener's group; exits 0 whatever happened, but for 7.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
env >run-environment
set -m
./bin/Runner.Listener run &
helper=$!
trap 'kill -INT -- -$helper' INT TERM
wait $helper
code=$?
[ $code -le 128 ] || exit $code
[ $code != 7 ] || exit 7
exit 0
