# The machine: what it is, what it lacks, whether a runner can live here.

architecture() {
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) echo unsupported ;;
  esac
}

libc_version() {
  getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1
}

is_older() { # VERSION MAJOR MINOR
  major=${1%%.*}
  minor=${1#*.}
  minor=${minor%%[!0-9]*}
  [ "$major" -lt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -lt "$3" ]; }
}

systemd_usable() {
  is_root && [ -d /run/systemd/system ] && [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && have systemctl &&
    systemctl list-units >/dev/null 2>&1
}

missing_tools() {
  for tool in base64 bash tar gzip ldd; do have "$tool" || printf '%s ' "$tool"; done
  have ldconfig || [ -x /sbin/ldconfig ] || printf 'ldconfig '
  have sha256sum || have shasum || have openssl || printf 'sha256sum '
  have curl || have wget || printf 'curl '
}

has_certificates() {
  [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] || [ -s /etc/ssl/ca-bundle.pem ] ||
    [ -s /etc/ssl/cert.pem ]
}

may_be_root() { is_root || { have sudo && sudo -n true 2>/dev/null; }; }

with_root() { # COMMAND…
  if is_root; then "$@"; else sudo -n -E "$@"; fi
}

# For every apt-get from now on, whoever calls it: the image itself may be installing something.
calm_apt() {
  export DEBIAN_FRONTEND=noninteractive
  mkdir -p "$param_shared_dir" && printf 'DPkg::Lock::Timeout "120";\nAcquire::Retries "3";\n' >"$param_shared_dir/apt.conf" &&
    export APT_CONFIG="$param_shared_dir/apt.conf"
}

apt_install() { # PACKAGE…: third-party lists that fail to load are no reason to give up
  have apt-get && may_be_root || return 1
  calm_apt
  for attempt in 1 2 3; do
    if [ "$attempt$package_lists" != 1fresh ]; then
      with_root apt-get update >&2 || say "apt-get update failed"
      package_lists=fresh
    fi
    with_root apt-get install -y --no-install-recommends "$@" >&2 && return 0
    [ "$attempt" = 3 ] || sleep "$param_retry_seconds"
  done
  return 1
}

install_tools() {
  missing=$(missing_tools)
  has_certificates || missing="$missing ca-certificates"
  [ -n "$missing" ] || return 0
  progress 3 "Installing $missing"
  # shellcheck disable=SC2046 # a list
  apt_install $(echo "$missing" | sed 's/ldconfig\|ldd/libc-bin/g; s/sha256sum\|base64/coreutils/g')
  missing=$(missing_tools)
  [ -z "$missing" ] || fail toolsMissing "the image$(distribution) lacks ${missing% }"
  has_certificates || warn "the image has no certificates of authorities (ca-certificates): it may trust no server"
}

install_packages() { # those that were asked for and are not there
  missing=
  for package in $param_packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  progress 80 "Installing$missing"
  # shellcheck disable=SC2086 # a list
  apt_install $missing || fail toolsMissing "the image lacks$missing, and apt-get could not install all of it"
}

distribution() { # as a remark about the image
  found=$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2>/dev/null)
  echo "${found:+ ($found)}"
}

answers() { # ADDRESS: with whatever status; sets `headers`
  if have curl; then
    headers=$(curl -sI --connect-timeout 15 --max-time 30 "$1")
  else
    # The second time is for servers that do not know HEAD.
    headers=$(wget -qS --spider -T 15 -t 2 "$1" 2>&1)
    [ $? != 4 ]
  fi
}

check_reach() {
  for address in $param_reach; do
    if ! answers "$address"; then
      [ "$address" != "${param_reach%% *}" ] || fail unreachable "$address cannot be reached from the pod"
      warn "$address cannot be reached from the pod: the runner may get no jobs"
    elif [ "$address" = "${param_reach%% *}" ]; then
      check_clock
    fi
  done
}

check_clock() { # against GitHub's, in `headers`: it turns away who is more than five minutes off
  said=$(echo "$headers" | tr -d '\r' | sed -n 's/^ *[Dd]ate: //p' | tail -n 1)
  { [ -n "$said" ] && said=$(date -d "$said" +%s 2>/dev/null); } || return 0
  skew=$(($(now) - said))
  if [ "${skew#-}" -gt 240 ]; then warn "the pod's clock is ${skew#-} seconds off; GitHub bears five minutes"; fi
}

check_system() {
  [ "$(uname -s)" = Linux ] || fail unsupported "GitHub's runner for Linux does not run on $(uname -s)"
  architecture=$(architecture)
  fact architecture "$architecture"
  [ "$architecture" != unsupported ] || fail unsupported "GitHub has no runner for the architecture $(uname -m)"
  libc=$(libc_version)
  case $libc in
    *musl*) fail unsupported "the image$(distribution) uses musl; GitHub's runner needs glibc 2.28 or newer" ;;
    *[0-9].[0-9]*)
      libc=${libc##* }
      ! is_older "$libc" 2 28 || fail unsupported "the image$(distribution) has glibc $libc; GitHub's runner needs 2.28 or newer"
      ;;
    *) warn "the version of the C library could not be told" ;;
  esac
  have docker || warn "there is no Docker on the pod: jobs with containers or services will not work"
}

check_disk() {
  parent=${root%/*}
  [ -d "$parent" ] || mkdir -p "$parent" 2>/dev/null || fail unwritable "$parent cannot be made"
  probe=$parent/.runner-probe.$$
  (printf '#!/bin/sh\nexit 0\n' >"$probe") 2>/dev/null || fail unwritable "$parent cannot be written to"
  chmod +x "$probe" 2>/dev/null && "$probe" 2>/dev/null
  runs=$?
  ln -s "$probe" "$probe.link" 2>/dev/null
  links=$?
  rm -f "$probe" "$probe.link"
  [ "$runs" = 0 ] || fail unwritable "programs in $parent cannot be run (mounted noexec, or without modes)"
  [ "$links" = 0 ] || fail unwritable "$parent cannot hold symbolic links, which the runner's archive has"
  [ ! -f "$root/.runner" ] || return 0
  free=$(df -Pk "$parent" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
  if [ -n "$free" ] && [ "$free" -lt "$param_free_megabytes" ]; then
    fail diskFull "$parent has $free MB free; the runner needs $param_free_megabytes MB"
  fi
  # Some file systems count no inodes.
  free=$(df -Pi "$parent" 2>/dev/null | awk 'NR == 2 && $2 > 0 { print $4 }')
  case $free in
    *[!0-9]* | '') ;;
    *) [ "$free" -ge 20000 ] || fail diskFull "$parent has room for $free more files; the runner has some 20000" ;;
  esac
}
