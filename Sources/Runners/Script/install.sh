# Unpacked, with its libraries, owned by its user: all of it can be repeated, and goes on where it was cut off.

libraries_present() (
  cd "$1" || exit 1
  set --
  for library in libcoreclr libSystem.Security.Cryptography.Native.OpenSsl libSystem.IO.Compression.Native; do
    [ ! -f "bin/$library.so" ] || set -- "$@" "./bin/$library.so"
  done
  [ $# = 0 ] || ! ldd "$@" 2>/dev/null | grep -q 'not found' || exit 1
  ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
  # What is not in the cache may be there; to look for it takes long.
  "$ldconfig" -p 2>/dev/null | grep -q libicu || "$ldconfig" -NXv 2>/dev/null | grep -q libicu
)

install_libraries() { # TREE: judged by what is there afterwards, not by what was printed
  may_be_root || return 1
  calm_apt
  for attempt in 1 2 3; do
    (cd "$1" && with_root ./bin/installdependencies.sh) >&2 </dev/null
    libraries_present "$1" && return 0
    # A release that is older than the image does not know the image's libicu.
    icu=$(apt-cache search --names-only '^libicu[0-9]+$' 2>/dev/null | sort | tail -n 1 | cut -d ' ' -f 1)
    [ -z "$icu" ] || { apt_install "$icu" && libraries_present "$1" && return 0; }
    [ "$attempt" = 3 ] || sleep "$param_retry_seconds"
  done
  return 1
}

is_foreign() { # whether something is in the directory that is no runner
  [ -d "$root" ] && [ ! -f "$root/config.sh" ] && [ ! -d "$state" ] && [ -n "$(ls -A "$root")" ]
}

# What is registered is one runner's, and stays what it is: a tree never has two owners.
refuse_other_runner() {
  [ -f "$root/.runner" ] || return 0
  first_line "$state/user"
  [ -z "$line" ] || [ "$line" = "$user" ] || fail differs "the runner in $root runs as $line, and was asked to run as $user"
}

# Files that are shared with other runners stay root's: no job of one may change what another one runs.
own_tree() {
  is_root || return 0
  find "$root" \( -type d -o -links 1 \) -exec chown -h "$user" {} + || warn "$root could not be given to $user"
}

install() {
  progress 1 "Looking at the machine"
  install_tools
  check_system
  check_reach
  claim
  take_lock "$root.lock"
  check_disk
  if [ -L "$root" ]; then fail occupied "$root is a symbolic link"; fi
  if is_foreign; then fail occupied "$root holds something that is not a runner"; fi
  if [ -f "$root/.runner" ] && [ -x "$root/bin/Runner.Listener" ]; then
    say "a configured runner is there; its files are kept"
  elif first_line "$state/version" && [ "$line" = "$param_version" ] && [ -x "$root/bin/Runner.Listener" ]; then
    say "runner $param_version is there"
  else
    case $param_sha256 in
      *[!0-9a-f]* | '') fail usage "no SHA-256 was given for the archive" ;;
    esac
    archive=$param_shared_dir/archives/actions-runner-linux-$architecture-$param_version.tar.gz
    fetch_archive "$archive"
    unpack "$archive" "$param_shared_dir/trees/$param_sha256"
  fi
  progress 70 "Checking libraries"
  if ! libraries_present "$root"; then
    progress 72 "Installing libraries"
    # config.sh looks again, and has the last word.
    install_libraries "$root" || warn "libraries that the runner needs seem to be missing"
  fi
  install_packages
  choose_user
  refuse_other_runner
  mkdir -p "$state"
  echo "$user" >"$state/user" || fail diskFull "$state cannot be written to"
  open_devices
  allow_sudo
  open_directories
  check_hooks
  guard_pod_key
  write_variables
  own_tree
  discard_leftovers
  fact workDirectory "$root"
  fact user "$user"
  version
  fact version "$version"
}
