package import SSH

/// A shell on a pod, to which a script is given on its standard input.
package protocol PodShell: Sendable {
  /// Runs a script to its end.
  ///
  /// - Parameters:
  ///   - script: All that the shell reads.
  ///   - timeout: After which the script is ended.
  ///   - output: Gets what it prints, as it comes.
  func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult
}

/// Pods over SSH.
package struct SSHPodShell: PodShell {
  private let connections: SSHConnections
  private let target: @Sendable (String) async throws -> SSHTarget

  /// - Parameter target: Where a pod's SSH server is, by the pod's id.
  package init(connections: SSHConnections, target: @escaping @Sendable (String) async throws -> SSHTarget) {
    self.connections = connections
    self.target = target
  }

  package func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult {
    let request = ExecRequest(command: "exec sh -s", stdin: script, timeout: timeout, captureLimit: 64 * 1024)
    return try await connections.exec(target(podId), request, output: output)
  }
}
