# What the commands of this folder share. To be sourced; `here` is the folder.
# shellcheck shell=bash

# shellcheck source=json.sh
. "${here:?}/json.sh"
# shellcheck source=visible.sh
. "$here/visible.sh"

# complain TEXT: to standard error, under the name of the command.
complain() {
  local REPLY
  visible "$1"
  printf '%s: %s\n' "${0##*/}" "$REPLY" >&2
}

# find_service: prints the path of the executable.
find_service() {
  local candidate
  if [[ -n ${RUNPOD_RPC-} ]]; then
    command -v "$RUNPOD_RPC" && return
    complain "RUNPOD_RPC names $RUNPOD_RPC, which cannot be run"
    return 1
  fi
  for candidate in "$here/runpod-rpc" "$here/../../.build/release/runpod-rpc"; do
    if [[ -x $candidate ]]; then
      readlink -f "$candidate"
      return
    fi
  done
  command -v runpod-rpc && return
  complain "runpod-rpc was not found: build it with 'swift build -c release --static-swift-stdlib', or set RUNPOD_RPC to its path"
  return 1
}

# params_object [JSON | @FILE | @-] [key=TEXT | key:=JSON] …: sets params_text to one line of JSON.
params_object() {
  # Of bytes: in some locales `é` lies between A and Z, and blanks that JSON does not know are blanks.
  local LC_ALL=C argument
  params_text='{}'
  for argument; do
    if [[ $argument =~ ^([A-Za-z_][A-Za-z0-9_]*)(:?=)(.*)$ ]]; then
      if [[ ${BASH_REMATCH[2]} == := ]]; then
        if ! (json_read "${BASH_REMATCH[3]}"); then
          complain "$argument: what follows := must be JSON; ${BASH_REMATCH[1]}=TEXT is a string, ${BASH_REMATCH[1]}:='[\"A\",\"B\"]' a list"
          return 1
        fi
        add_member "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}"
      else
        json_string "${BASH_REMATCH[3]}"
        add_member "${BASH_REMATCH[1]}" "$REPLY"
      fi
      continue
    fi
    if [[ $params_text != '{}' ]]; then
      complain "$argument is not of the form key=TEXT or key:=JSON"
      return 1
    fi
    case $argument in
      @-) params_text=$(cat) ;;
      @*) params_text=$(cat -- "${argument#@}") || return 1 ;;
      *) params_text=$argument ;;
    esac
    # A JSON text may have line breaks between its parts, never inside them.
    params_text=${params_text//[$'\n\r']/ }
    params_text=${params_text#"${params_text%%[![:space:]]*}"}
    params_text=${params_text%"${params_text##*[![:space:]]}"}
    case $params_text in
      '{'*'}' | '['*']') ;;
      *)
        complain "the params must be a JSON object, or key=TEXT and key:=JSON"
        return 1
        ;;
    esac
  done
}

# add_member KEY JSON: to params_text, unless that is an array.
add_member() {
  local members=${params_text%\}}
  [[ $params_text == '{'* ]] || return 0
  members=${members%"${members##*[![:space:]]}"}
  [[ $members == '{' ]] || members+=,
  params_text="$members\"$1\":$2}"
}

# list_methods: from the OpenRPC document on standard input, a line each: name, tab, summary.
list_methods() {
  local method
  grep -Eo '\{"name":"[^"]*","summary":"([^"\\]|\\.)*"' | while IFS= read -r method; do
    json_read "$method}"
    json_get .name
    printf '%s\t' "$REPLY"
    json_get .summary
    printf '%s\n' "$REPLY"
  done
}

# list_params METHOD: a line for each of its params: name, tab, type (required ones with a star), tab, description.
list_params() {
  local LC_ALL=C document index kind kinds
  document=$(cat)
  if [[ $document != *"{\"name\":\"$1\",\"summary\":"* ]]; then
    complain "there is no method $1"
    return 64
  fi
  document=${document#*"{\"name\":\"$1\",\"summary\":"}
  json_read "{\"summary\":${document%%,\"result\":\{\"name\":\"result\"*}}" || return 70
  for index in ${JSON[.params#]}; do
    json_get ".params.$index.name"
    printf '%s\t' "$REPLY"
    json_get ".params.$index.schema.type"
    kinds=$REPLY
    for kind in ${JSON[.params.$index.schema.oneOf#]-}; do
      json_get ".params.$index.schema.oneOf.$kind.type"
      kinds+="${kinds:+ or }$REPLY"
    done
    [[ ${JSON[.params.$index.required]} != true ]] || kinds+='*'
    json_get ".params.$index.description"
    printf '%s\t%s\n' "${kinds:-any}" "$REPLY"
  done
}

# ask METHOD PARAM …: calls a method with params as params_object takes them, and reads the result into answer and JSON. A
# failure ends the command with exit code 1, as each of its failures always has. The params may hold a token, so that they go
# through a pipe and not on an argument list.
ask() {
  try "$@" || exit $(($? < 128 ? 1 : $?))
}

# try METHOD PARAM …: the same, but a failure is runpod-rpc-call's exit code. style may be --watch or --quiet.
try() {
  local method=$1
  shift
  params_object "$@" || exit 1
  [[ -z ${verbose-} ]] || printf '%s: %s %s\n' "${0##*/}" "$method" "$params_text" >&2
  answer=$(printf '%s' "$params_text" | "$here/runpod-rpc-call" ${style:+"$style"} "$method" @-) || return $?
  json_read "$answer"
}

# show_value PATH: sets REPLY to the value at a path of the last answer, safe to show on a terminal.
show_value() {
  json_get "$1"
  visible "$REPLY"
}

# need COUNT ARGUMENT …: ends the command unless there are that many arguments.
need() {
  local count=$1
  shift
  (($# >= count)) || misused "there are arguments missing"
}

# misused TEXT: ends the command with what is wrong and its usage.
misused() {
  complain "$1"
  usage >&2
  exit 1
}

# need_number NAME TEXT: ends the command unless the text is a number.
need_number() {
  local LC_ALL=C
  [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || misused "$1 must be a number, not $2"
}
