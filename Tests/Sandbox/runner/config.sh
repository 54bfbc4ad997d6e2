#!/bin/bash
# Registers this runner or removes it, with the checks, words and exit codes of the real one.
if [ "$(id -u)" -eq 0 ] && [ -z "$RUNNER_ALLOW_RUNASROOT" ]; then
  echo "Must not run with sudo"
  exit 1
fi
if ! command -v ldd >/dev/null; then
  echo "Can not find 'ldd'. Please install 'ldd' and try again."
  exit 1
fi
for library in libcoreclr.so libSystem.Security.Cryptography.Native.OpenSsl.so libSystem.IO.Compression.Native.so; do
  if ldd "./bin/$library" 2>/dev/null | grep 'not found'; then
    echo "Dependencies is missing for Dotnet Core 6.0"
    echo "Execute sudo ./bin/installdependencies.sh to install any missing Dotnet Core 6.0 dependencies."
    exit 1
  fi
done
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
if [ ! -x "$ldconfig" ]; then
  echo "Can not find 'ldconfig' in PATH and '/sbin/ldconfig' doesn't exists either. Please install 'ldconfig' and try again."
  exit 1
fi
if ! "$ldconfig" -NXv 2>/dev/null | grep libicu >/dev/null; then
  echo "Libicu's dependencies is missing for Dotnet Core 6.0"
  echo "Execute sudo ./bin/installdependencies.sh to install any missing Dotnet Core 6.0 dependencies."
  exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
./env.sh
shopt -s nocasematch
if [[ "$1" == remove ]]; then
  exec ./bin/Runner.Listener "$@"
else
  exec ./bin/Runner.Listener configure "$@"
fi
