/// What a session runs on a pod.
enum RemoteProgram: Sendable {
  case shell
  /// The shell in a terminal, which is seen in a window.
  case terminal(TerminalWindow)
  /// The SSH server's own server of files, if it has one.
  case sftp

  var window: TerminalWindow? {
    if case .terminal(let window) = self { window } else { nil }
  }

  /// Whether the server is asked for it by a name of its own, not by a command.
  var isSubsystem: Bool {
    if case .sftp = self { true } else { false }
  }

  /// The command or the name.
  var command: String { isSubsystem ? "sftp" : RemoteShell.text }
}
