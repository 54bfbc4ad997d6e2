#!/bin/bash
# The first process of a pod, as RunPod's images have it: keys, host keys, environment, sshd. It does each when it is
# told to on its standard input, and ends when whoever tells it is gone.
mkdir -p /run/sshd /root/.ssh
chmod 700 /root/.ssh

for kind in ecdsa ed25519; do
  key=/etc/ssh/ssh_host_${kind}_key
  [ -e "$key" ] || ssh-keygen -q -t "$kind" -N '' -C "root@$RUNPOD_POD_ID" -f "$key" </dev/null
done
env -0 | while IFS= read -r -d '' variable; do
  case $variable in
    RUNPOD_* | PATH=* | LD_LIBRARY_PATH=* | CUDA* | NVIDIA* | _=*) printf 'export %s="%s"\n' "${variable%%=*}" "${variable#*=}" ;;
  esac
done >/etc/rp_environment
echo "Pod started"

while IFS= read -r word; do
  case $word in
    key) [ -z "${PUBLIC_KEY-}" ] || printf '%s\n' "$PUBLIC_KEY" >>/root/.ssh/authorized_keys ;;
    sshd) /usr/sbin/sshd </dev/null ;;
    kill-sshd) pkill -KILL sshd ;;
    exit) exit 1 ;;
  esac
done
