# Runs a command in the environment of the container that it runs in: what the image and the pod's creation set, as the first process
# has it. A session of an SSH server has little of that. POSIX sh.
#
# Arguments: NAMES WITHHELD HOME USER COMMAND…; NAMES are variables of this shell's own environment that the command keeps, WITHHELD
# variables of the container that it does not see, both between blanks.
#
# The command never sees RunPod's variables (the pod's API key is among them), the credentials of the pod's own servers, what belongs
# to a session or to a service manager, what shells make for themselves, and what the runner takes its options from.
rr_keep() { # NAME
  case $1 in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;;
    RUNPOD_* | PUBLIC_KEY | JUPYTER_PASSWORD | ACTIONS_RUNNER_INPUT_* | rr_*) return 1 ;;
    HOME | USER | LOGNAME | SHELL | MAIL | PWD | OLDPWD | SHLVL | _ | TERM | TMOUT | DISPLAY | SSH_* | SUDO_* | XDG_*) return 1 ;;
    NOTIFY_SOCKET | LISTEN_FDS | LISTEN_FDNAMES | LISTEN_PID | INVOCATION_ID | JOURNAL_STREAM | MAINPID | WATCHDOG_*) return 1 ;;
    BASHOPTS | BASH_ENV | BASH_VERSINFO | ENV | EUID | IFS | OPTIND | PPID | PS4 | SHELLOPTS | UID) return 1 ;;
  esac
  case " $rr_withheld " in *" $1 "*) return 1 ;; esac
}

# Each variable is a line; a line break in its value is the byte 1, so that a shell can read it.
rr_lines() { tr '\n\000' '\001\n'; }
rr_break=$(printf '\001')

# RunPod's images write what their start script knows to a file, of which the values are not escaped: it is read, never run.
rr_exported() { sed -n 's/^export \([A-Za-z_][A-Za-z0-9_]*\)="\(.*\)"$/\1=\2/p' /etc/rp_environment; }

# Whose variables count most comes last. An ordinary user may not look at the first process, but its session has some of them.
rr_variables=$(
  {
    rr_exported
    rr_lines </proc/1/environ || env -0 | rr_lines
  } 2>/dev/null
)
for rr_name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
  case $rr_name in
    TZ | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) ;;
    PATH) ;; # for the programs that are started here
    *) case " $1 " in *" $rr_name "*) ;; *) unset "$rr_name" 2>/dev/null ;; esac ;;
  esac
done
rr_withheld=$2 HOME=$3 USER=$4 LOGNAME=$4
export HOME USER LOGNAME
shift 4
while IFS= read -r rr_line; do
  rr_name=${rr_line%%=*} rr_value=${rr_line#*=}
  rr_keep "$rr_name" || continue
  case $rr_value in
    *"$rr_break"*)
      rr_value=$(printf '%s.' "$rr_value" | tr '\001' '\n')
      rr_value=${rr_value%.}
      ;;
  esac
  export "$rr_name=$rr_value"
done <<VARIABLES
$rr_variables
VARIABLES
[ -n "${LANG-}${LC_ALL-}" ] || export LANG=C.UTF-8
[ -n "${PATH-}" ] || export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unset SHLVL
exec "$@"
