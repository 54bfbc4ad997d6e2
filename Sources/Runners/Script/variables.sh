# The environment variables of jobs: lines of the runner's own `.env`, and the names of those of the container that jobs do not see.

keep() { # NAME TEXT: in $state; says whether it was something else
  [ "$(cat "$state/$1" 2>/dev/null; echo .)" != "$2." ] || return 1
  (umask 077 && printf %s "$2" >"$state/$1") || fail diskFull "$state cannot be written to"
}

merge_variables() { # from $old and $param_env into `.env`
  printf '%s\n' "$old" "$param_env" | sed 's/=.*//' >"$state/names" &&
    (
      umask 077
      {
        [ ! -f "$root/.env" ] || awk -F = 'NR == FNR { ours[$0]; next } !($1 in ours)' "$state/names" "$root/.env"
        printf %s "$param_env"
      } >"$root/.env.new"
    ) && mv -f "$root/.env.new" "$root/.env" && rm -f "$state/names"
}

# What the runner's scripts and people have added to `.env` stays; the lines of an earlier installation go.
write_variables() {
  changed=
  withheld=${param_withheld:+"$param_withheld
"}
  if keep withheld "$withheld"; then changed=yes; fi
  old=$(cat "$state/env" 2>/dev/null)
  if [ -n "$old$param_env" ] && keep env "$param_env"; then
    changed=yes
    merge_variables || fail diskFull "$root/.env cannot be written"
  fi
  # Until the next start.
  [ -z "$changed" ] || : >"$state/stale"
  [ ! -f "$state/stale" ] || fact variablesChanged yes
}
