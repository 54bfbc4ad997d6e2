#!/bin/bash
# Makes the libraries be there that config.sh looks for.
if [ "$(id -u)" -ne 0 ]; then
  echo "Need to run with sudo privilege"
  exit 1
fi
if [ -e /usr/local/etc/no-network ]; then
  echo "E: Unable to locate package libicu72"
  echo "Can't install dotnet core dependencies."
  exit 1
fi
echo "E: Unable to locate package libicu76"
touch /usr/local/lib/libicuuc.so.72
echo "-----------------------------"
echo " Finish Install Dependencies"
echo "-----------------------------"
