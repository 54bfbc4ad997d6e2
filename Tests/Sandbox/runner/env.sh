#!/bin/bash
# Keeps what jobs need of the environment: PATH, and the variables named, once.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
echo "$PATH" >.path
touch .env
for name in LANG JAVA_HOME ANT_HOME M2_HOME ANDROID_HOME ANDROID_SDK_ROOT GRADLE_HOME NVM_BIN NVM_PATH LD_LIBRARY_PATH PERL5LIB; do
  value=${!name-}
  if [ -n "$value" ] && ! grep -q "^$name=" .env; then echo "$name=$value" >>.env; fi
done
