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
}

# A device's own group takes the runner's user in; what stays closed is told.
open_devices() {
  [ "$user" = runner ] || return 0
  for device in /dev/nvidia[0-9]* /dev/nvidiactl /dev/dri/render*; do
    if [ ! -e "$device" ] || as_user test -w "$device"; then continue; fi
    group=$(stat -c %G "$device" 2>/dev/null)
    case $group in '' | root | UNKNOWN) ;; *) have usermod && usermod -aG "$group" runner >&2 ;; esac
    as_user test -w "$device" || warn "the user 'runner' may not use $device; set runAsRoot for jobs that need it"
  done
}

# Directories that jobs are told to write to: RunPod's volume, and the tools' own, which is made.
open_directories() {
  if [ -n "$param_tool_cache" ] && [ ! -e "$param_tool_cache" ]; then
    mkdir -p "$param_tool_cache" || fail unwritable "the directory $param_tool_cache (toolCache) cannot be made"
    if is_root; then chown "$user" "$param_tool_cache"; fi
  fi
  for directory in /workspace "$param_tool_cache"; do
    if [ -d "$directory" ] && ! as_user test -w "$directory"; then
      warn "the user '$user' may not write to $directory; run 'chown $user $directory' on the pod, or set runAsRoot"
    fi
  done
}

check_hooks() {
  for hook in "$param_started_hook" "$param_completed_hook"; do
    [ -z "$hook" ] || as_user test -r "$hook" || fail usage "there is no script $hook that the user '$user' can read (hooks)"
  done
}

# Jobs of every runner of that user can become root from now on.
allow_sudo() {
  [ -n "$param_sudo" ] && [ "$user" != root ] || return 0
  if ! is_root; then
    as_user sudo -n true 2>/dev/null || warn "the user '$user' cannot become root by sudo, and only root could let it"
    return 0
  fi
  sudoers=/etc/sudoers.d/runpod-runner
  have sudo || apt_install sudo || fail toolsMissing "the image lacks sudo, and apt-get could not install it"
  { (umask 337 && printf '%s ALL=(ALL:ALL) NOPASSWD: ALL\n' "$user" >"$sudoers.new") && mv -f "$sudoers.new" "$sudoers"; } ||
    fail unwritable "$sudoers cannot be written"
  as_user sudo -n true 2>/dev/null || warn "sudo does not let the user '$user' become root, in spite of $sudoers"
}

has_pod_key() {
  { tr '\0' '\n' </proc/1/environ; cat /etc/rp_environment; } 2>/dev/null | grep -q '^\(export \)\{0,1\}RUNPOD_API_KEY=..'
}

# The pod's own RunPod key may end the pod. What only root has use for, `$user` cannot read from now on.
guard_pod_key() {
  has_pod_key || return 0
  if [ "$user" = root ]; then
    warn "jobs run as root and can read the pod's own RunPod API key; leave runAsRoot out to keep it from them"
  elif [ -n "$param_sudo" ]; then
    warn "jobs can become root by sudo and read the pod's own RunPod API key; leave sudo out to keep it from them"
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
  first_line "$state/withheld"
  sh -c "$param_container" sh "$handed_over" "$line" "$home" "$user" "$@"
}

# Runs a command as `$user`, who sees what the container has for everyone: see container.sh. To be called in a subshell.
in_container() { # COMMAND…
  if [ "$user" = root ]; then export RUNNER_ALLOW_RUNASROOT=1; fi
  through launch_in_container "$@"
}
