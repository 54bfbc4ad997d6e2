#!/bin/bash
# The least that the real one does: refuses root and missing libraries, and has the listener do the rest.
if [ "$(id -u)" = 0 ] && [ -z "$RUNNER_ALLOW_RUNASROOT" ]; then echo "Must not run with sudo"; exit 1; fi
if [ -f needs-icu ] && ! /sbin/ldconfig -NXv 2>/dev/null | grep -q libicu; then
  echo "Libicu's dependencies is missing for Dotnet Core 6.0"
  exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
if [ "$1" = remove ]; then exec ./bin/Runner.Listener "$@"; fi
exec ./bin/Runner.Listener configure "$@"
