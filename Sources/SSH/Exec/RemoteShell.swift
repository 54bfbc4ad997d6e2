import Reporting
import Subprocess

/// What a pod's login shell is asked to run for each command: a fixed text that shows nothing of the command. It reads
/// a header from its standard input - the folder, the variables, the command, what input follows - and runs it.
///
/// OpenSSH's server starts each command as the leader of a session, so its process group is the shell's own. Others
/// leave it in the server's group, and the shell makes itself such a leader.
///
/// Where a watcher runs beside the command, the command has a subshell, or its `wait` would wait for the watcher. In
/// bash, which most pods have, the watcher is disowned instead: a process less for each command.
enum RemoteShell {
  /// Printed before anything of the command, on both streams, with the number of its process group in between; what
  /// came before was the login shell's own.
  static let mark = (start: "\u{1}runpod-rpc ", end: "\u{2}")

  /// A line that does nothing for us, and lets a shell that was given a terminal but not our text mark itself by a group
  /// that there is none of.
  static let confession = "rr_none=${rr_h-$(printf '\\001runpod-rpc 0\\002' >&2)}"

  /// The exit codes of a session whose command has not begun: its folder cannot be entered, or there is no terminal.
  static let noFolder = 123
  static let noTerminal = 124

  static let text = """
    rr_main=\(shellQuoted(main))
    if kill -0 -$$ 2>/dev/null || ! command -v setsid >/dev/null; then eval "$rr_main"
    else exec setsid "${SHELL:-/bin/sh}" -c "$rr_main"; fi
    """

  private static let main = """
    rr_h=
    while IFS= read -r rr_l; do case $rr_l in :*) rr_h=$rr_h${rr_l#:}'
    ' ;; *) break ;; esac; done
    eval "${rr_h:-exit}"
    if [ "$rr_input" = terminal ]; then
      [ -t 0 ] || exit \(noTerminal)
      stty sane; stty iutf8; trap : INT QUIT
      printf '\\001runpod-rpc %s\\002' $$
      (eval "$rr_command")
      exit
    fi
    exec 3<&0
    rr_watch() {
      while read -r rr_l; do :; done
      trap '' TERM HUP INT
      kill -0 $$ || exit 0
      kill -TERM -$$ || kill -TERM $$
      sleep 2
      kill -KILL -$$ || kill -KILL $$
    }
    rr_run() {
      exec 2>&4 3<&- 4>&-
      eval "$rr_command"
    }
    rr_begin() { if [ "$rr_apart" ]; then (rr_run); else rr_run; fi; }
    printf '\\001runpod-rpc %s\\002' $$
    printf '\\001runpod-rpc %s\\002' $$ >&2
    exec 4>&2 2>/dev/null
    case $rr_input in
    session) exec <&3; rr_begin ;;
    guarded) read -r rr_l <&3 && exec <&3 && rr_begin ;;
    0)
      rr_watch <&3 >/dev/null 4>&- &
      exec </dev/null
      if [ "$BASH_VERSION" ]; then disown; else rr_apart=1; fi
      rr_begin ;;
    *) { head -c "$rr_input"; rr_watch <&3 >/dev/null 4>&- & } <&3 | (rr_run) ;;
    esac
    """
}
