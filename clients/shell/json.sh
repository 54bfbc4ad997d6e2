# JSON in bash alone: enough to write params and to read what the service answers. To be sourced.
# shellcheck shell=bash disable=SC1003 # '\\' is a pair of backslashes, not an escaped quotation mark.

# Here `return` always has its status: in a trap, bash would take the one from before the trap.

# Every value of the last text read, by its path as jq writes it: `.` `.pod.id` `.pods.0.id`; each as JSON text. `PATH#` holds
# the keys of an object, and the indices of an array, separated by blanks.
declare -A JSON=()

# json_string TEXT: sets REPLY to the text as a JSON string.
json_string() {
  local code character escape
  REPLY=${1//\\/\\\\}
  REPLY=${REPLY//\"/\\\"}
  REPLY=${REPLY//$'\n'/\\n}
  REPLY=${REPLY//$'\r'/\\r}
  REPLY=${REPLY//$'\t'/\\t}
  if [[ $REPLY == *[[:cntrl:]]* ]]; then
    for code in {1..31} 127; do
      printf -v escape '\\u%04x' "$code"
      printf -v character '%b' "$escape"
      REPLY=${REPLY//"$character"/$escape}
    done
  fi
  REPLY="\"$REPLY\""
}

# json_text JSON: sets REPLY to what a string says; other values stay as they are, null is empty.
json_text() {
  REPLY=$1
  case $REPLY in
    \"*)
      REPLY=${REPLY#\"}
      REPLY=${REPLY%\"}
      if [[ $REPLY == *\\* ]]; then
        # printf knows all escapes but two. Pairs of backslashes are put aside, so that none is taken for half of another escape.
        REPLY=${REPLY//'\\'/$'\1'}
        REPLY=${REPLY//'\"'/'"'}
        REPLY=${REPLY//'\/'//}
        REPLY=${REPLY//$'\1'/'\\'}
        printf -v REPLY '%b' "$REPLY"
      fi
      ;;
    null) REPLY= ;;
  esac
}

# json_get PATH: sets REPLY to the value at a path of the last text read, as json_text does; empty if there is none.
json_get() { json_text "${JSON[$1]-}"; }

# json_object KEY JSON …: sets REPLY to an object of these members.
json_object() {
  local members=
  while (($# > 1)); do
    json_string "$1"
    members+=",$REPLY:${2:-null}"
    shift 2
  done
  REPLY="{${members#,}}"
}

# json_read TEXT: fills JSON; fails if the text is not JSON.
json_read() {
  local LC_ALL=C json_rest=$1
  JSON=()
  json_read_value . || return 1
  json_skip_blanks
  [[ -z $json_rest ]]
}

json_skip_blanks() {
  case $json_rest in
    [[:space:]]*) json_rest=${json_rest#"${json_rest%%[![:space:]]*}"} ;;
  esac
}

# json_take_string: moves a quoted string from the front of json_rest to REPLY.
json_take_string() {
  local piece
  [[ $json_rest == \"*\"* ]] || return 1
  REPLY='"'
  json_rest=${json_rest:1}
  while :; do
    [[ $json_rest == *\"* ]] || return 1
    piece=${json_rest%%\"*}
    json_rest=${json_rest:${#piece}+1}
    REPLY+="$piece\""
    # A quotation mark after an odd number of backslashes belongs to the string.
    piece=${piece##*[!\\]}
    ((${#piece} % 2)) || return 0
  done
}

json_read_value() {
  local path=$1 start end separator key keys=
  json_skip_blanks
  start=$json_rest
  case $json_rest in
    '{'*) end='}' ;;
    '['*) end=']' ;;
    \"*)
      json_take_string || return 1
      JSON[$path]=$REPLY
      return 0
      ;;
    *)
      [[ $json_rest =~ ^(true|false|null|-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?) ]] || return 1
      JSON[$path]=${BASH_REMATCH[1]}
      json_rest=${json_rest:${#BASH_REMATCH[1]}}
      return 0
      ;;
  esac
  json_rest=${json_rest:1}
  json_skip_blanks
  key=0
  while [[ ${json_rest:0:1} != "$end" ]]; do
    if [[ $end == '}' ]]; then
      json_take_string || return 1
      json_text "$REPLY"
      key=$REPLY
      json_skip_blanks
      [[ $json_rest == :* ]] || return 1
      json_rest=${json_rest:1}
    fi
    json_read_value "${path%.}.$key" || return 1
    keys+=" $key"
    json_skip_blanks
    separator=${json_rest:0:1}
    case $separator in
      ,) json_rest=${json_rest:1} ;;
      "$end") ;;
      *) return 1 ;;
    esac
    json_skip_blanks
    [[ $end == '}' ]] || key=$((key + 1))
  done
  json_rest=${json_rest:1}
  JSON[$path]=${start:0:${#start}-${#json_rest}}
  JSON[$path#]=${keys# }
}
