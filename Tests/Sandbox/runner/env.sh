#!/bin/bash
# Keeps what jobs need of the environment in which the runner is configured.
for variable in LANG JAVA_HOME ANT_HOME M2_HOME ANDROID_HOME ANDROID_SDK_ROOT GRADLE_HOME NVM_BIN NVM_PATH LD_LIBRARY_PATH PERL5LIB; do
  if [ -n "${!variable}" ] && ! grep -qs "^$variable=" .env; then
    echo "$variable=${!variable}" >>.env
  fi
done
touch .env
echo "$PATH" >.path
