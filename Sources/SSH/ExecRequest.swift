import Subprocess

/// A command to run on a pod.
package struct ExecRequest: Sendable, Hashable {
  /// Text for the login shell.
  package var command: String
  /// All that the command can read; then comes the end. Never on an argument list.
  package var stdin: [UInt8]
  /// Variables for the command. Never on an argument list.
  package var environment: [String: String]
  /// After which the command and its process group are ended; nil: none.
  package var timeout: Duration?
  /// Bytes kept of each output stream, from its end.
  package var captureLimit: Int

  package init(
    command: String,
    stdin: [UInt8] = [],
    environment: [String: String] = [:],
    timeout: Duration? = nil,
    captureLimit: Int = 256 * 1024
  ) {
    self.command = command
    self.stdin = stdin
    self.environment = environment
    self.timeout = timeout
    self.captureLimit = captureLimit
  }
}
