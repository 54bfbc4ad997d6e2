# The runner's archive: fetched once a pod for each version, opened only when its SHA-256 is the one that the service was told.

sha256_of() {
  if have sha256sum; then sha256sum "$1"; elif have shasum; then shasum -a 256 "$1"; else openssl dgst -sha256 -r "$1"; fi |
    sed 's/[^0-9a-fA-F].*//'
}

fetch() { # FILE
  if have curl; then
    curl -fsSL --connect-timeout 20 --speed-limit 1000 --speed-time 60 -C - -o "$1" "$param_archive_url" >&2
  else
    wget -q -c -T 60 -t 1 -O "$1" "$param_archive_url" >&2
  fi
}

download() { # FILE: the whole archive or nothing
  for attempt in 1 2 3 4 5; do
    fetch "$1.part"
    code=$?
    if [ "$code" = 0 ]; then
      mv -f "$1.part" "$1"
      return 0
    fi
    # What is there already may be what the server objects to.
    [ "$attempt" != 4 ] || rm -f "$1.part"
    [ "$attempt" = 5 ] || sleep $((attempt * param_retry_seconds))
  done
  return "$code"
}

explain_download() { # CODE: of curl, or of wget
  host=${param_archive_url#*://}
  host=${host%%/*}
  if have curl; then
    case $1 in
      6) fail unreachable "the name $host cannot be resolved" ;;
      7 | 28) fail unreachable "$host cannot be reached" ;;
      23) fail diskFull "the archive could not be written to $param_shared_dir" ;;
      35 | 60 | 77) fail unreachable "no secure connection to $host can be made (certificates, a proxy, or the clock)" ;;
    esac
  else
    case $1 in
      3) fail diskFull "the archive could not be written to $param_shared_dir" ;;
      4) fail unreachable "$host cannot be reached" ;;
      5) fail unreachable "no secure connection to $host can be made (certificates, a proxy, or the clock)" ;;
    esac
  fi
  fail download "$param_archive_url could not be downloaded (code $1)"
}

fetch_archive() { # FILE
  mkdir -p "${1%/*}" || fail unwritable "${1%/*} cannot be made"
  # Runners that are installed side by side share one download.
  take_lock "$1.lock" 1200
  if [ -f "$1" ]; then
    if [ "$(sha256_of "$1")" = "$param_sha256" ]; then
      release_lock "$1.lock"
      return 0
    fi
    say "the kept archive is damaged"
    rm -f "$1"
  fi
  progress 10 "Downloading runner $param_version"
  download "$1" || explain_download $?
  progress 50 "Verifying the archive"
  found=$(sha256_of "$1")
  if [ "$found" != "$param_sha256" ]; then
    rm -f "$1"
    fact expectedSHA256 "$param_sha256"
    fact foundSHA256 "$found"
    fail checksumMismatch "the archive's SHA-256 is $found instead of $param_sha256; it was deleted unopened"
  fi
  release_lock "$1.lock"
}

# Opened once a pod for each version; runners get hard links to its files, where the file system has them.
open_archive() { # FILE TREE
  [ ! -f "$2/config.sh" ] || return 0
  rm -rf "$2.new"
  mkdir -p "$2.new" || fail unwritable "$2.new cannot be made"
  # Owned by whoever opens it, not by the numbers that the archive has.
  words=$(tar -xzof "$1" -C "$2.new" 2>&1)
  code=$?
  if [ "$code" != 0 ] || [ ! -f "$2.new/config.sh" ]; then
    rm -rf "$2.new"
    case $words in *'No space left'* | '') fail diskFull "${2%/*} has no room for the runner" ;; esac
    fail unwritable "the archive could not be unpacked in ${2%/*}: $(echo "$words" | tail -n 1)"
  fi
  mv "$2.new" "$2" || fail unwritable "$2 cannot be made"
}

# The files at the top are the runner's own: an update of itself changes their modes before it replaces them (actions/runner v2.336.0,
# src/Runner.Listener/SelfUpdater.cs, src/Runner.Sdk/Util/IOUtil.cs).
link_tree() { # TREE
  for entry in "$1"/* "$1"/.[!.]*; do
    [ -e "$entry" ] || continue
    # Links cannot go to another file system.
    if [ ! -d "$entry" ] || ! cp -al "$entry" "$root.new/" 2>/dev/null; then cp -a "$entry" "$root.new/" || return; fi
  done
}

unpack() { # FILE TREE
  progress 55 "Unpacking"
  take_lock "$2.lock" 1200
  open_archive "$1" "$2"
  touch "$1" "$2"
  rm -rf "$root.new"
  words=$(mkdir "$root.new" 2>&1 && link_tree "$2" 2>&1)
  code=$?
  release_lock "$2.lock"
  mkdir "$root.new/.supervisor" 2>/dev/null && echo "$param_version" >"$root.new/.supervisor/version" || code=1
  if [ "$code" != 0 ]; then
    rm -rf "$root.new"
    case $words in *'No space left'* | '') fail diskFull "${root%/*} has no room for the runner" ;; esac
    fail unwritable "$root.new cannot be made: $(echo "$words" | tail -n 1)"
  fi
  if [ -d "$root" ]; then
    rm -rf "$root.old"
    mv "$root" "$root.old" || fail unwritable "$root cannot be replaced"
  fi
  mv "$root.new" "$root" || fail unwritable "$root cannot be made"
  rm -rf "$root.old"
}
