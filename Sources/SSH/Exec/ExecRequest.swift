import Subprocess

/// A command to run on a pod.
package struct ExecRequest: Sendable {
  /// Text for the login shell.
  package var command: String
  /// What the command can read; then comes `input` or the end. Never on an argument list.
  package var stdin: [UInt8]
  /// What is sent while the command runs.
  package var input: CommandInput?
  /// nil: the home directory. `~` is understood.
  package var folder: String?
  /// Variables for the command. Never on an argument list.
  package var environment: [String: String]
  /// Gives the command a terminal, on which both its streams come out.
  package var window: TerminalWindow?
  /// After which the command and its process group are ended; nil: none.
  package var timeout: Duration?
  /// Bytes kept of each output stream, from its end.
  package var captureLimit: Int

  package init(
    command: String,
    stdin: [UInt8] = [],
    input: CommandInput? = nil,
    folder: String? = nil,
    environment: [String: String] = [:],
    window: TerminalWindow? = nil,
    timeout: Duration? = nil,
    captureLimit: Int = 256 * 1024
  ) {
    self.command = command
    self.stdin = stdin
    self.input = input
    self.folder = folder
    self.environment = environment
    self.window = window
    self.timeout = timeout
    self.captureLimit = captureLimit
  }
}

extension RemoteCall {
  /// How many bytes a pipe holds: with more, a command that does not read keeps the far end from seeing anything after
  /// them.
  private static let pipeful = 64 * 1024

  init(_ request: ExecRequest) {
    command = request.command
    input =
      if request.window != nil { .terminal } else if request.input != nil || request.stdin.count >= Self.pipeful {
        .guarded
      } else if request.stdin.isEmpty {
        .nothing
      } else {
        .bytes(request.stdin.count)
      }
    window = request.window
    environment = request.environment
    folder = request.folder.map(shellPath)
  }
}
