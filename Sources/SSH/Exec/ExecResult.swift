/// Bytes that a command printed, as they came.
package struct ExecOutput: Sendable, Hashable {
  package enum Stream: String, Codable, Sendable, Hashable {
    case stdout, stderr
  }

  package var stream: Stream
  package var bytes: [UInt8]

  package init(stream: Stream, bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// How a command on a pod ended.
package struct ExecResult: Sendable, Hashable {
  /// As a shell tells it: 128 + n after signal n. nil when the far end did not tell.
  package var exitCode: Int?
  /// The signal that ended the command, `TERM` say, when the exit code is one that stands for a signal.
  package var signal: String?
  /// The last bytes of each stream, up to the request's limit.
  package var stdout: [UInt8]
  package var stderr: [UInt8]
  /// Whether more was printed than was kept.
  package var truncated: Bool

  package init(exitCode: Int?, signal: String?, stdout: [UInt8], stderr: [UInt8], truncated: Bool) {
    self.exitCode = exitCode
    self.signal = signal
    self.stdout = stdout
    self.stderr = stderr
    self.truncated = truncated
  }

  package var stdoutText: String { String(decoding: stdout, as: UTF8.self) }
  package var stderrText: String { String(decoding: stderr, as: UTF8.self) }
}
