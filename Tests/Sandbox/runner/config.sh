#!/bin/bash
# Checks the machine, then has the listener configure the runner or remove it. The checks, their order, texts and faults are the real
# one's: libraries are looked for below the caller's directory, and only the first word tells a removal.
if [ "$(id -u)" -eq 0 ] && [ -z "$RUNNER_ALLOW_RUNASROOT" ]; then
  echo "Must not run with sudo"
  exit 1
fi

if ! command -v ldd >/dev/null; then
  echo "Can not find 'ldd'. Please install 'ldd' and try again."
  exit 1
fi

advise() {
  echo "Execute sudo ./bin/installdependencies.sh to install any missing Dotnet Core 6.0 dependencies."
  exit 1
}

for library in libcoreclr.so libSystem.Security.Cryptography.Native.OpenSsl.so libSystem.IO.Compression.Native.so; do
  if ldd "./bin/$library" | grep "not found"; then
    echo "Dependencies is missing for Dotnet Core 6.0"
    advise
  fi
done

ldconfig=$(command -v ldconfig) || ldconfig=/sbin/ldconfig
if [ ! -x "$ldconfig" ]; then
  echo "Can not find 'ldconfig' in PATH and '/sbin/ldconfig' doesn't exists either. Please install 'ldconfig' and try again."
  exit 1
fi
if ! "$ldconfig" -NXv 2>/dev/null | grep -q libicu; then
  echo "Libicu's dependencies is missing for Dotnet Core 6.0"
  advise
fi

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" || exit 1
# shellcheck source=/dev/null
source ./env.sh

shopt -s nocasematch
if [[ "${1-}" == remove ]]; then
  ./bin/Runner.Listener "$@"
else
  ./bin/Runner.Listener configure "$@"
fi
