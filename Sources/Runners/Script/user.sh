# Who the runner is on the pod, and what its jobs may see of the environment.

as_user() { # COMMAND…: as `$user`, environment kept
  if [ "$user" = "$me" ]; then
    "$@"
  elif have setpriv; then
    setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
  elif have runuser; then
    runuser -u "$user" -- "$@"
  else
    # shellcheck disable=SC2016 # for the inner shell
    su -m -s /bin/sh "$user" -c '"$0" "$@"' "$@"
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

# Leaves only what jobs should see: never the pod's own RUNPOD_* (its API key among them). To be called in a subshell.
clean_environment() {
  for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
    case $variable in
      PATH | TZ | LD_LIBRARY_PATH | CUDA_* | NVIDIA_* | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) ;;
      *) unset "$variable" 2>/dev/null ;;
    esac
  done
  # RunPod's images keep the container's environment here, unescaped: it is read, never run.
  if [ -r /etc/rp_environment ]; then
    while IFS= read -r line; do
      variable=${line#export }
      value=${variable#*=}
      variable=${variable%%=*}
      case $variable in
        *[!A-Za-z0-9_]*) continue ;;
        PATH | LD_LIBRARY_PATH | CUDA_* | NVIDIA_*) ;;
        *) continue ;;
      esac
      value=${value#\"}
      export "$variable=${value%\"}"
    done </etc/rp_environment
  fi
  find_home "$user"
  HOME=$home USER=$user LOGNAME=$user LANG=C.UTF-8
  : "${PATH:=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
  export HOME USER LOGNAME LANG PATH
  if [ "$user" = root ]; then export RUNNER_ALLOW_RUNASROOT=1; fi
}

run_environment() { # as above
  clean_environment
  export RUNNER_MANUALLY_TRAP_SIG=1 ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1
}
