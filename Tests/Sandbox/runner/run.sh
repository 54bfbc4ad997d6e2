#!/bin/bash
# Runs the listener and starts it again when it asks for it. Exits with 0 whatever happened, but for 7.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
run() {
  while :; do
    cp -f run-helper.sh.template run-helper.sh
    bash ./run-helper.sh "$@"
    code=$?
    if [ $code -eq 2 ]; then
      echo "Restarting runner..."
    elif [ $code -eq 7 ]; then
      echo "Exiting runner..."
      exit 7
    else
      echo "Exiting runner..."
      exit 0
    fi
  done
}
run_with_signals() {
  set -m
  while :; do
    cp -f run-helper.sh.template run-helper.sh
    bash ./run-helper.sh "$@" &
    helper=$!
    trap 'kill -INT -- "-$helper" 2>/dev/null' INT TERM
    wait "$helper"
    code=$?
    [ $code -eq 2 ] || exit $code
    echo "Restarting runner..."
  done
}
if [ -n "$RUNNER_MANUALLY_TRAP_SIG" ]; then run_with_signals "$@"; else run "$@"; fi
