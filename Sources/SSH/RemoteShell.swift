import Reporting
import Subprocess

/// What a pod's login shell is asked to run for each command: a fixed text that shows nothing of the command. It reads
/// a header from its standard input - the variables, the command, how many bytes of input follow - and runs it.
///
/// The input stays open until the command has ended. Its early end means that we gave up or are gone (cancelled,
/// killed, cut off), and a watcher then ends the command's process group; no second connection is needed for that. An
/// SSH server starts each command as the leader of a session, so the group is the shell's own.
enum RemoteShell {
  /// Where the command's standard input comes from.
  enum Input: Sendable {
    /// These bytes, and then its end.
    case bytes([UInt8])
    /// Whatever is sent after the header, to the end of the session's input. There is no watcher.
    case session
  }

  /// Printed before anything of the command, on both streams, with the number of its process group in between; what
  /// came before was the login shell's own.
  static let mark = (start: "\u{1}runpod-rpc ", end: "\u{2}\n")

  static let text = """
    rr_h=
    while IFS= read -r rr_l; do case $rr_l in :*) rr_h=$rr_h${rr_l#:}'
    ' ;; *) break ;; esac; done
    eval "$rr_h"
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
    printf '\\001runpod-rpc %s\\002\\n' $$
    printf '\\001runpod-rpc %s\\002\\n' $$ >&2
    exec 4>&2 2>/dev/null
    case $rr_input in
    session) (rr_run) <&3 ;;
    0) rr_watch <&3 >/dev/null 4>&- & (rr_run) </dev/null ;;
    *) { head -c "$rr_input"; rr_watch <&3 >/dev/null 4>&- & } <&3 | (rr_run) ;;
    esac
    """

  /// The header for a command.
  ///
  /// - Throws: `Failure` of the kind `configurationInvalid` for a variable that no shell can have.
  static func header(command: String, environment: [String: String], input: Input) throws -> [UInt8] {
    var script = ""
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      guard isVariableName(name), !value.utf8.contains(0) else {
        throw Failure(.configurationInvalid, "\(name.debugDescription) cannot be set as an environment variable.")
      }
      script += "export \(name)=\(shellQuoted(value))\n"
    }
    guard !command.utf8.contains(0) else {
      throw Failure(.configurationInvalid, "A command cannot hold a zero byte.")
    }
    script += "rr_command=\(shellQuoted(ownShell(for: command)))\n"
    switch input {
    case .bytes(let bytes): script += "rr_input=\(bytes.count)"
    case .session: script += "rr_input=session"
    }
    let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
    return Array((lines.map { ":\($0)\n" }.joined() + ".\n").utf8)
  }

  /// A command runs in a subshell, which is a fork cheaper than a shell of its own. Only one that asks for its process
  /// id would notice.
  private static func ownShell(for command: String) -> String {
    let asks = ["$$", "${$", "PPID", "BASHPID"].contains { command.contains($0) }
    return asks ? "exec \"${SHELL:-/bin/sh}\" -c \(shellQuoted(command))" : command
  }

  private static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
