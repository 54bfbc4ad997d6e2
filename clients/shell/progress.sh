# Progress on standard error: one line that is redrawn on a terminal, plain lines elsewhere. To be sourced.
# shellcheck shell=bash

progress_style=plain # or bar, or none
progress_started=$SECONDS
progress_percentage=0
progress_message=
progress_step=
progress_step_started=$SECONDS
progress_printed_at=-1
progress_printed=
progress_is_drawn=
background=

# progress_start: chooses a style for this terminal, or none. A watcher gets the bar wherever the output goes.
progress_start() {
  case ${1-} in
    --watch) progress_style=bar ;;
    --quiet) progress_style=none ;;
    *) if [[ -t 2 && ${TERM-dumb} != dumb ]]; then progress_style=bar; fi ;;
  esac
  progress_columns=80
  [[ $progress_style != bar ]] || progress_measure
}

progress_measure() {
  local size
  size=$(stty size <&2 2>/dev/null) && ((${size#* } > 0)) && progress_columns=${size#* }
  return 0
}

# progress_clock SECONDS: sets REPLY to `1:05`.
progress_clock() { printf -v REPLY '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# progress_report PERCENTAGE MESSAGE: takes in a report and shows it. An empty percentage leaves it as it was.
progress_report() {
  local step=
  [[ -z $1 ]] || progress_percentage=$1
  visible "$2"
  progress_message=$REPLY
  if [[ $progress_message =~ ^Step\ [0-9]+/[0-9]+ ]]; then step=${BASH_REMATCH[0]}; fi
  if [[ $step != "$progress_step" ]]; then
    progress_close_step
    progress_step=$step
    progress_step_started=$SECONDS
    progress_printed_at=-1
  fi
  progress_step_message=$progress_message
  progress_show
}

# progress_tick: redraws a clock that has moved on.
progress_tick() { [[ $progress_style != bar || -z $progress_is_drawn ]] || progress_draw; }

# progress_end: leaves the terminal tidy, with the last step on a line of its own.
progress_end() {
  progress_close_step
  # After the steps come the words that tell what to do next: they stay as well.
  if [[ $progress_style == bar && -z $progress_step && -n $progress_message ]]; then
    progress_erase
    progress_clock $((SECONDS - progress_started))
    printf '%6s  %s\n' "$REPLY" "$progress_message" >&2
  fi
  progress_step=
  progress_erase
  if [[ $progress_style == plain && -n $progress_message ]]; then progress_print; fi
}

progress_erase() {
  [[ -z $progress_is_drawn ]] || printf '\r\e[K' >&2
  progress_is_drawn=
}

progress_show() {
  case $progress_style in
    bar) progress_draw ;;
    plain) if ((progress_printed_at != SECONDS)); then progress_print; fi ;;
  esac
}

progress_print() {
  local line
  progress_clock $((SECONDS - progress_started))
  printf -v line '%3d%%  %s' "$progress_percentage" "$progress_message"
  [[ $line != "$progress_printed" ]] || return 0
  progress_printed=$line
  progress_printed_at=$SECONDS
  printf '%6s  %s\n' "$REPLY" "$line" >&2
}

progress_draw() {
  local width=24 filled bar line
  filled=$((progress_percentage * width / 100))
  printf -v bar '%*s' "$filled" ''
  bar=${bar// /#}
  progress_clock $((SECONDS - progress_started))
  printf -v line '[%-*s] %3d%%  %s  %s' "$width" "$bar" "$progress_percentage" "$REPLY" "$progress_message"
  printf '\r\e[K%s' "${line:0:progress_columns-1}" >&2
  progress_is_drawn=yes
}

# The step that ends gets a line that stays, with the time that it took.
progress_close_step() {
  [[ $progress_style == bar && -n $progress_step ]] || return 0
  progress_erase
  progress_clock $((SECONDS - progress_step_started))
  printf '%6s  %s\n' "$REPLY" "$progress_step_message" >&2
}

# watch_start: before something that takes its time and has no percentage.
watch_start() {
  progress_start ''
  progress_started=$SECONDS
  progress_printed_at=0
}

# watch_quietly WHAT COMMAND …: runs a command with its output in $log, and shows how long it takes. It has a process group of its
# own, $background as long as it runs: who sources this ends it when it ends itself.
watch_quietly() {
  local what=$1 last status
  shift
  watch_start
  set -m
  "$@" >"${log:?}" 2>&1 </dev/null &
  background=$!
  set +m
  while kill -0 "$background" 2>/dev/null; do
    last=$(tail -c 400 "${log:?}" | tr '\r' '\n' | grep . | tail -n 1)
    watch_clock "$what  $last"
    sleep 0.5
  done
  wait "$background"
  status=$?
  background=
  progress_erase
  progress_clock $((SECONDS - progress_started))
  if ((status)); then
    tail -n 25 "${log:?}" >&2
    printf '%6s  %s: exit code %d\n' "$REPLY" "$what" "$status" >&2
  else
    printf '%6s  %s: done\n' "$REPLY" "$what" >&2
  fi
  return "$status"
}

# watch_clock TEXT: one line that is redrawn on a terminal, a line every half minute elsewhere.
watch_clock() {
  local elapsed=$((SECONDS - progress_started)) line shown
  visible "$1"
  shown=$REPLY
  progress_clock "$elapsed"
  printf -v line '%6s  %s' "$REPLY" "$shown"
  if [[ $progress_style == bar ]]; then
    printf '\r\e[K%s' "${line:0:progress_columns-1}" >&2
    progress_is_drawn=yes
  elif ((elapsed >= progress_printed_at + 30)); then
    printf '%s\n' "$line" >&2
    progress_printed_at=$elapsed
  fi
}
