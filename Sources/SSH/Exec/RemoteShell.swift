import Reporting
import Subprocess

/// What a pod's login shell is asked to run for each session: a fixed text that shows nothing of the command. It reads
/// a header from its standard input - the folder, the variables, the command, what input follows - and runs it.
///
/// OpenSSH's server starts each session's command as the leader of a process group. Others leave it in the server's
/// group, and the shell makes itself such a leader.
///
/// In bash, which most pods have, the shell of a command without input stays for the next one, which so needs neither a
/// session nor a start of a shell. Each command is a job of it, in a process group of its own. Its output ends with a mark
/// then, not with the stream, and so the shell stays only if nothing that the command has left behind can write to it:
/// whatever began since the command has a process id between the command's and the last one that was given, the fifth word
/// of `/proc/loadavg` (proc_loadavg(5)). The shell also ends, and the next command has another, when what it read at its
/// own start has changed. Its patience with what it reads (TMOUT) is not the command's.
enum RemoteShell {
  /// Printed on both streams: before anything of the command, with the number of its process group in between - what
  /// came before was the login shell's own - and after all of it, with the call's token and the exit code.
  static let mark = (start: "\u{1}runpod-rpc ", end: "\u{2}")

  /// A line that does nothing for us, and lets a shell that was given a terminal but not our text mark itself by a group
  /// that there is none of.
  static let confession = "rr_none=${rr_h-$(printf '\\001runpod-rpc 0\\002' >&2)}"

  /// The exit codes of a command that has not begun: its folder cannot be entered, or there is no terminal.
  static let noFolder = 123
  static let noTerminal = 124

  static let text = """
    rr_main=\(shellQuoted(functions + main))
    if kill -0 -$$ 2>/dev/null || ! command -v setsid >/dev/null; then eval "$rr_main"
    else exec setsid "${SHELL:-/bin/sh}" -c "$rr_main"; fi
    """

  /// Those that run beside the command let go of its streams by `exec`: for the redirections of a function's call, a
  /// shell keeps copies.
  private static let functions = """
    rr_look() {
      rr_now=
      if [ "$BASH_VERSION" ]; then
        for rr_f in ~/.bashrc /etc/bash.bashrc /etc/environment ~/.ssh/environment; do
          rr_c=
          IFS= read -r -d '' rr_c <"$rr_f"
          rr_now=$rr_now$rr_c
        done 2>/dev/null
      fi
    }
    rr_read() {
      rr_h=
      while IFS= read -r rr_l; do case $rr_l in :*) rr_h=$rr_h${rr_l#:}'
    ' ;; *) rr_look; [ "$rr_now" = "$rr_known" ] && return; exit ;; esac; done
      exit
    }
    rr_mark() { printf '\\001runpod-rpc %s\\002' "$1"; printf '\\001runpod-rpc %s\\002' "$1" >&4; }
    rr_run() { exec 2>&4 3<&- 4>&-; eval "$rr_command"; }

    rr_watch() {
      exec <&3 >/dev/null 3<&- 4>&-
      while read -r rr_l; do :; done
      trap '' TERM HUP INT
      kill -0 $$ || exit 0
      kill -TERM -$$ || kill -TERM $$
      sleep 2
      kill -KILL -$$ || kill -KILL $$
    }

    rr_pass_on() {
      exec 4>&-
      while IFS= read -r rr_l; do printf '%s\\n' "$rr_l"; done
      kill -USR1 $$
    }
    rr_gone() {
      trap '' USR1
      if [ "$rr_busy" ]; then kill -TERM -$!; sleep 2; kill -KILL -$!; fi
      exit
    }
    rr_is_ours() { [ "$1" -ef /dev/fd/1 ] || [ "$1" -ef /dev/fd/4 ]; }
    rr_is_alone() {
      rr_is_ours /proc/$$/fd/1 || return
      rr_pid=$!
      while read -r rr_ rr_ rr_ rr_ rr_last </proc/loadavg && [ $rr_pid -lt $rr_last ]; do
        rr_pid=$((rr_pid + 1))
        [ $rr_pid -lt $(($! + 256)) ] || return
        [ -d /proc/$rr_pid ] || continue
        [ -r /proc/$rr_pid/fd ] && ! rr_is_ours /proc/$rr_pid/fd/1 && ! rr_is_ours /proc/$rr_pid/fd/2 || return
      done
      [ $rr_pid = $rr_last ]
    }
    rr_serve() {
      exec 4>&2 2>/dev/null
      trap rr_gone USR1
      eval 'exec 3< <(rr_pass_on) </dev/null'
      while :; do
        rr_busy=1
        set -m
        (set +m; exec 2>&4; eval "$rr_h"; rr_mark $BASHPID; rr_run) &
        set +m
        wait $!
        rr_code=$?
        rr_busy=
        rr_is_alone || exit $rr_code
        rr_mark "${rr_l#.} $rr_code"
        rr_read <&3
      done
    }

    """

  private static let main = """
    unset TMOUT
    rr_look
    rr_known=$rr_now
    rr_read
    if [ "$rr_l" != . ] && [ "$BASH_VERSION" ]; then rr_serve; fi
    eval "$rr_h"
    if [ "$rr_input" = terminal ]; then
      [ -t 0 ] || exit \(noTerminal)
      stty sane; stty iutf8; trap : INT QUIT
      printf '\\001runpod-rpc %s\\002' $$
      (eval "$rr_command")
      exit
    fi
    exec 3<&0 4>&2 2>/dev/null
    rr_mark $$
    case $rr_input in
    session) exec <&3; (rr_run) ;;
    guarded) read -r rr_l <&3 && exec <&3 && (rr_run) ;;
    0) rr_watch & (exec </dev/null; rr_run) ;;
    *) { head -c "$rr_input" <&3; rr_watch & } | (rr_run) ;;
    esac
    """
}
