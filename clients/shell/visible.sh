# Text from pods and APIs on its way to a person's terminal. To be sourced.
# shellcheck shell=bash

# What a terminal obeys instead of showing it, or that changes how its neighbours look, as UTF-8 by its number: C0, DEL, C1, the
# separators of lines and paragraphs, the controls of bidirectional text.
declare -A terminal_controls=()

list_terminal_controls() {
  local code first second
  for code in {1..31} 127; do
    printf -v first '%04X' "$code"
    printf -v second '\\x%02x' "$code"
    printf -v "terminal_controls[$first]" '%b' "$second"
  done
  for code in {128..159}; do
    printf -v first '%04X' "$code"
    printf -v second '\\xc2\\x%02x' "$code"
    printf -v "terminal_controls[$first]" '%b' "$second"
  done
  terminal_controls[061C]=$'\xd8\x9c' terminal_controls[200E]=$'\xe2\x80\x8e' terminal_controls[200F]=$'\xe2\x80\x8f'
  for code in {168..174}; do
    printf -v first '%04X' $((0x2000 + code - 128))
    printf -v second '\\xe2\\x80\\x%02x' "$code"
    printf -v "terminal_controls[$first]" '%b' "$second"
  done
  for code in {166..169}; do
    printf -v first '%04X' $((0x2040 + code - 128))
    printf -v second '\\xe2\\x81\\x%02x' "$code"
    printf -v "terminal_controls[$first]" '%b' "$second"
  done
}

# replace_controls TEXT BEFORE AFTER: sets REPLY to the text, each control as its number between BEFORE and AFTER.
replace_controls() {
  local LC_ALL=C code
  REPLY=$1
  [[ $REPLY == *[[:cntrl:]]* || $REPLY == *[$'\xc2\xd8\xe2']* ]] || return 0
  ((${#terminal_controls[@]})) || list_terminal_controls
  for code in "${!terminal_controls[@]}"; do
    REPLY=${REPLY//"${terminal_controls[$code]}"/$2$code$3}
  done
}

# visible TEXT: sets REPLY to the text on one line that is safe to show; controls look like <U+001B>.
visible() { replace_controls "${1//[$'\t\n\r']/ }" '<U+' '>'; }

# visible_json JSON: sets REPLY to JSON that says the same and is safe to show.
# shellcheck disable=SC1003 # A backslash.
visible_json() { replace_controls "$1" '\u' ''; }
