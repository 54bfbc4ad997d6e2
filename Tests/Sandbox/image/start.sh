#!/bin/bash
# The first process of a pod, as RunPod's images have it: keys, host keys, environment, sshd. It does each when it is
# told to on its standard input, and ends when whoever tells it is gone.
mkdir -p /run/sshd /root/.ssh
chmod 700 /root/.ssh

for kind in ecdsa ed25519; do
  key=/etc/ssh/ssh_host_${kind}_key
  [ -e "$key" ] || ssh-keygen -q -t "$kind" -N '' -C "root@$RUNPOD_POD_ID" -f "$key" </dev/null
done
# What an interactive shell of root is given, in the manner named by the first argument, one value a line:
# `some`: RunPod's own variables and PATH, each cut at a second "=" (runpod/containers container-template/start.sh, commit 01fb642);
# `all`: all but PUBLIC_KEY (the same file, commit 6990d37); `none`: nothing, as in images that are not RunPod's.
if [ "$1" != none ]; then
  env -0 | while IFS= read -r -d '' variable; do
    name=${variable%%=*} value=${variable#*=}
    case $1:$name in
      some:RUNPOD_* | some:PATH | some:_) printf 'export %s="%s"\n' "$name" "${value%%=*}" ;;
      all:PUBLIC_KEY | some:*) ;;
      *) printf 'export %s="%s"\n' "$name" "$value" ;;
    esac
  done >/etc/rp_environment
  echo '. /etc/rp_environment' >>/root/.bashrc
fi
# RunPod's images run a script of this name each time they start (container-template/start.sh, commit 01fb642).
[ ! -f /post_start.sh ] || bash /post_start.sh </dev/null
echo "Pod started"

while IFS= read -r word; do
  case $word in
    key) [ -z "${PUBLIC_KEY-}" ] || printf '%s\n' "$PUBLIC_KEY" >>/root/.ssh/authorized_keys ;;
    sshd) /usr/sbin/sshd </dev/null ;;
    kill-sshd) pkill -KILL sshd ;;
    exit) exit 1 ;;
  esac
done
