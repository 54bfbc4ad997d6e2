# Who the runner is on the pod, and what its jobs may see of the environment.

as_user() { through command "$@"; } # COMMAND…: as `$user`, environment kept

through() { # LAUNCH COMMAND…: LAUNCH gets the whole command that runs COMMAND as `$user`
  launch=$1
  shift
  if [ "$user" = "$me" ]; then
    $launch "$@"
  elif have setpriv; then
    $launch setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
  elif have runuser; then
    $launch runuser -u "$user" -- "$@"
  else
    # shellcheck disable=SC2016 # for the inner shell
    $launch su -m -s /bin/sh "$user" -c '"$0" "$@"' "$@"
  fi
}

make_user() {
  if have useradd; then
    useradd -m -s /bin/bash runner >&2
  elif have adduser; then
    adduser --disabled-password --gecos '' runner >&2
  else
    id=1000
    while grep -q "^[^:]*:[^:]*:$id:" /etc/passwd /etc/group; do id=$((id + 1)); done
    echo "runner:x:$id:" >>/etc/group
    echo "runner:x:$id:$id::/home/runner:/bin/bash" >>/etc/passwd
    mkdir -p /home/runner && chown "$id:$id" /home/runner
  fi
}

choose_user() {
  me=$(id -un)
  user=$me
  is_root && [ -z "$param_as_root" ] || return 0
  id runner >/dev/null 2>&1 || make_user
  user=runner
  if ! id runner >/dev/null 2>&1 || ! as_user true 2>/dev/null; then
    user=root
    warn "no user 'runner' can be had here; the runner runs as root"
    return 0
  fi
  for device in /dev/nvidia[0-9]* /dev/nvidiactl /dev/dri/render*; do
    [ ! -e "$device" ] || as_user test -w "$device" || warn "the user 'runner' may not use $device; set runAsRoot for jobs that need it"
  done
}

has_pod_key() {
  { tr '\0' '\n' </proc/1/environ; cat /etc/rp_environment; } 2>/dev/null | grep -q '^\(export \)\{0,1\}RUNPOD_API_KEY=..'
}

# The pod's own RunPod key may end the pod. What only root has use for, `$user` cannot read from now on.
guard_pod_key() {
  has_pod_key || return 0
  if [ "$user" = root ]; then
    warn "jobs run as root and can read the pod's own RunPod API key; leave runAsRoot out to keep it from them"
  elif [ -e /etc/rp_environment ] && { is_root && chmod go= /etc/rp_environment; as_user test -r /etc/rp_environment; }; then
    warn "jobs can read the pod's own RunPod API key in /etc/rp_environment"
  fi
}

known_user() {
  me=$(id -un)
  first_line "$state/user"
  user=${line:-$me}
  [ "$user" = "$me" ] || id "$user" >/dev/null 2>&1 || user=$me
}

find_home() { # NAME: sets `home`
  while IFS=: read -r name _ _ _ _ home _; do
    [ "$name" != "$1" ] || return 0
  done </etc/passwd
  home=/tmp
}

# The variables of ours that reach the runner besides those of the container.
handed_over='RUNNER_MANUALLY_TRAP_SIG ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE RUNNER_ALLOW_RUNASROOT'
input=ACTIONS_RUNNER_INPUT_
handed_over="$handed_over ${input}UNATTENDED ${input}URL ${input}NAME ${input}WORK ${input}LABELS ${input}RUNNERGROUP"
handed_over="$handed_over ${input}EPHEMERAL ${input}TOKEN"

launch_in_container() { # COMMAND…
  find_home "$user"
  sh -c "$param_container" sh "$handed_over" "$home" "$user" "$@"
}

# Runs a command as `$user`, who sees what the container has for everyone: see container.sh. To be called in a subshell.
in_container() { # COMMAND…
  if [ "$user" = root ]; then export RUNNER_ALLOW_RUNASROOT=1; fi
  through launch_in_container "$@"
}
