#!/bin/bash
# Runs the listener again and again, as its exit codes say. Its own exit code says nothing, but for 7 and for signals.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

run_once() {
  cp -f "$here/run-helper.sh.template" "$here/run-helper.sh"
  # Unquoted in the real one as well.
  # shellcheck disable=SC2048,SC2086
  "$here/run-helper.sh" $*
}

run_trapping() {
  cp -f "$here/run-helper.sh.template" "$here/run-helper.sh"
  # shellcheck disable=SC2048,SC2086
  "$here/run-helper.sh" $* &
  helper=$!
  # Job control: the helper leads a process group of its own.
  trap 'kill -INT -- -$helper' INT TERM
  wait $helper
}

if [ -n "$RUNNER_MANUALLY_TRAP_SIG" ]; then
  set -m
  run=run_trapping
else
  run=run_once
fi

while :; do
  $run "$@"
  code=$?
  case $code in
    2) echo "Restarting runner..." ;;
    0 | 1)
      echo "Exiting runner..."
      exit 0
      ;;
    *)
      echo "Exiting runner..."
      exit $code
      ;;
  esac
done
