# Where on the pod a runner is. The first one goes to $param_base, others beside it or wherever they were told to; a link by each one's
# name in $names leads there.

check_root() {
  case $root in
    *[!A-Za-z0-9_./-]*) fail usage "the runner's directory $root has characters that its scripts cannot bear" ;;
    */../* | */.. | */./* | */. | *//*) fail usage "the runner's directory $root is not a plain path" ;;
    /*/*) ;;
    *) fail usage "the runner's directory $root is not an absolute path below a top-level directory" ;;
  esac
  root=${root%/}
  log=$root/runner.log
  state=$root/.supervisor
  # /opt/actions-runner: runpod-runner-opt-actions-runner.service
  separators=$IFS IFS=/
  # shellcheck disable=SC2086 # in parts
  set -- $root
  IFS=-
  unit=runpod-runner$*.service
  IFS=$separators
}

# Sets `url`, `agent` and `agent_id` from the `.runner` of $root or another directory. GitHub writes `"AgentId":"7"` on one line where
# config.sh writes `"agentId": 7`, after a byte order mark.
registration() { # [DIRECTORY]
  url='' agent='' agent_id=''
  [ -f "${1-$root}/.runner" ] || return 0
  found=$(awk -F '"' -v RS=, '
    {
      gsub(/[^0-9a-z]/, "", $3)
      field[tolower($2)] = $4 == "" ? $3 : $4
    }
    END { print field["githuburl"] "\n" field["agentname"] "\n" field["agentid"] }' "${1-$root}/.runner")
  { read -r url && read -r agent && read -r agent_id; } <<FOUND
$found
FOUND
}

is_ephemeral() { grep -qi '"ephemeral" *: *"\{0,1\}true' "$root/.runner"; }

given_name() { # of the runner in $root
  for name in "$names"/*; do
    if [ "$(readlink "$name" 2>/dev/null)" = "$root" ]; then
      echo "${name##*/}"
      return
    fi
  done
  registration
  echo "$agent"
}

known_roots() {
  {
    [ ! -d "$param_base/.supervisor" ] || echo "$param_base"
    for name in "$names"/*; do
      place=$(readlink "$name" 2>/dev/null)
      if [ -n "$place" ] && [ -d "$place/.supervisor" ]; then echo "$place"; fi
    done
  } | sort -u
}

choose() { # the directory of the runner that is meant
  root=$param_work_dir
  if [ -n "$root" ]; then
    check_root
    return
  fi
  if [ -n "$param_name" ]; then
    root=$(readlink "$names/$param_name" 2>/dev/null)
    if [ -z "$root" ]; then
      registration "$param_base"
      if [ -z "$agent" ] || [ "$agent" = "$param_name" ]; then root=$param_base; else root=$param_base-$param_name; fi
    fi
  else
    root=$(known_roots)
    # What was never registered, or is no more, is in nobody's way.
    registered=$(for place in $root; do [ ! -f "$place/.runner" ] || echo "$place"; done)
    [ -z "$registered" ] || root=$registered
    case $root in
      *"
"*)
        fail ambiguous "there are several runners: $(for root in $root; do printf '%s ' "$(given_name)"; done)"
        ;;
      '') root=$param_base ;;
    esac
  fi
  check_root
}

claim() { # as `choose`, for a runner that is to be installed: its directory is nobody else's from now on
  mkdir -p "$names" 2>/dev/null || fail unwritable "$names cannot be made"
  take_lock "$param_shared_dir/lock"
  root=$param_work_dir
  [ -n "$root" ] || root=$(readlink "$names/$param_name" 2>/dev/null)
  if [ -z "$root" ]; then
    root=$param_base
    for name in "$names"/*; do
      if [ "$(readlink "$name" 2>/dev/null)" = "$root" ]; then root=$param_base-$param_name; fi
    done
    registration "$param_base"
    if [ -n "$agent" ] && [ "$agent" != "$param_name" ]; then root=$param_base-$param_name; fi
  fi
  check_root
  ln -sfn "$root" "$names/$param_name" || fail unwritable "$names cannot be written to"
  release_lock "$param_shared_dir/lock"
}

# What runners that are gone have left: the remains of one that did its one job, and archives and their trees that no runner uses.
discard_leftovers() { # a week after they were last of use
  for place in $(known_roots); do
    first_line "$place/.supervisor/state"
    if [ "$line" = finished ] && [ ! -e "$place/config.sh" ] && [ -n "$(is_old "$place/.supervisor/state")" ]; then
      forget_place "$place"
      rm -rf "$place"
    fi
  done
  for tree in "$param_shared_dir"/trees/*; do
    if [ -n "$(is_old "$tree")" ] && [ -n "$(find "$tree/bin/Runner.Listener" -links 1 2>/dev/null)" ]; then rm -rf "$tree"; fi
  done
  for archive in "$param_shared_dir"/archives/*.tar.gz; do
    [ -z "$(is_old "$archive")" ] || rm -f "$archive"
  done
}

is_old() { find "$1" -maxdepth 0 -mtime +6 2>/dev/null; } # PATH

forget_place() { # DIRECTORY
  for name in "$names"/*; do
    if [ "$(readlink "$name" 2>/dev/null)" = "$1" ]; then rm -f "$name"; fi
  done
}
