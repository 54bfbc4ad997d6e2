import Reporting
import Subprocess

/// What `RemoteShell` is asked to run.
struct RemoteCall: Sendable {
  /// Where the command's standard input comes from, and what ends the command when we give up or are gone.
  enum Input: Sendable, Hashable {
    /// There is none. The session's input stays open until the command has ended: its early end ends the process group,
    /// and no second session is needed for that.
    case nothing
    /// So many bytes, and then its end. The session's input stays open as well.
    case bytes(Int)
    /// What is sent after the header, to the end of the session's input.
    case session
    /// The same after a line that lets the command begin, once its group is known to the master's `Guardian`.
    case guarded
    /// A terminal, which hangs up when the session ends.
    case terminal
  }

  var command: String
  var input: Input
  /// Where the terminal is seen.
  var window: TerminalWindow?
  var environment: [String: String] = [:]
  /// An expression of the shell; nil: the home directory.
  var folder: String?

  /// What the shell reads before the last line, after which it begins.
  ///
  /// - Throws: `Failure` of the kind `configurationInvalid` for what no shell can have.
  func header() throws -> [UInt8] {
    var script = folder.map { "cd -- \($0) || exit \(RemoteShell.noFolder)\n" } ?? ""
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      guard Self.isVariableName(name), !value.utf8.contains(0) else {
        throw Failure(.configurationInvalid, "\(name.debugDescription) cannot be set as an environment variable.")
      }
      script += "export \(name)=\(shellQuoted(value))\n"
    }
    script += "rr_command=\(shellQuoted(Self.ownShell(for: command)))\n"
    switch input {
    case .nothing: script += "rr_input=0"
    case .bytes(let count): script += "rr_input=\(count)"
    case .session: script += "rr_input=session"
    case .guarded: script += "rr_input=guarded"
    case .terminal: script = RemoteShell.confession + "\n" + script + "rr_input=terminal"
    }
    guard !script.utf8.contains(0) else {
      throw Failure(.configurationInvalid, "A command cannot hold a zero byte.")
    }
    let lines = script.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return Array(lines.map { ":\(Substring($0))\n" }.joined().utf8)
  }

  /// - Parameter endToken: What the command's end is marked with by a shell that then waits for another call; nil: it is
  ///   not to wait.
  static func lastLine(endToken: String? = nil) -> [UInt8] { Array(".\(endToken ?? "")\n".utf8) }

  /// A command runs in a subshell, which is quicker to have than a shell of its own. Only one that asks for its process id
  /// would notice.
  private static func ownShell(for command: String) -> String {
    let scalars = Array(command.unicodeScalars)
    let asks = ["$$", "${$", "PPID", "BASHPID"].contains { scalars.contains($0.unicodeScalars) }
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
