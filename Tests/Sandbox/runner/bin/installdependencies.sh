#!/bin/bash
# Would install what .NET needs; the sandbox's images have it, or are meant to lack it.
if [ "$(id -u)" -ne 0 ]; then
  echo "Need to run with sudo privilege"
  exit 1
fi
if ldconfig -NXv 2>/dev/null | grep libicu >/dev/null; then
  echo "-----------------------------"
  echo " Finish Install Dependencies"
  echo "-----------------------------"
  exit 0
fi
echo "Unable to locate package libicu76"
echo "Can't install dotnet core dependencies."
exit 1
