# Gone: processes, unit, registration, files.

deregister() {
  [ -f "$root/.runner" ] && [ -x "$root/config.sh" ] || return 0
  known_user
  registration
  fact name "$agent"
  fact agentId "$agent_id"
  fact url "$url"
  if [ -n "$param_token" ]; then
    progress 40 "Removing the registration"
    if run_config remove && said 'Runner removed successfully\|Does not exist. Skipping'; then
      fact deregistered yes
      return
    fi
    cat "$state/config.out" "$state/config.err" >&2
    warn "GitHub did not accept the removal: $(config_words | tail -n 1)"
  fi
  fact deregistered no
  run_config remove --local || rm -f "$root/.runner" "$root/.credentials" "$root/.credentials_rsaparams"
}

remove_files() {
  if [ ! -e "$root" ] && [ ! -L "$root" ]; then
    forget_place "$root"
    fact filesRemoved yes
    return
  fi
  refuse=
  case $root in "${HOME:-/root}" | "$param_shared_dir" | "$param_shared_dir"/*) refuse=yes ;; esac
  if [ -L "$root" ] || { [ ! -f "$root/config.sh" ] && [ ! -d "$state" ]; }; then refuse=yes; fi
  if [ -n "$refuse" ]; then
    fact filesRemoved no
    warn "$root does not look like a runner's directory; it is left alone"
    return
  fi
  forget_place "$root"
  rm -rf "$root" "$root.new" "$root.old"
  if [ -e "$root" ]; then fact filesRemoved no; else fact filesRemoved yes; fi
}

remove() {
  stop
  remove_unit
  forget_start
  deregister
  param_token=
  remove_files
}
