package import Reporting
package import SSH

/// The door to pods over SSH, by the pods' ids.
package protocol PodAccess: Sendable {
  /// Makes sure that the pod can be reached.
  func connect(podId: String, progress: Progress) async throws

  /// Runs a command to its end; its ending badly is a result.
  func exec(podId: String, _ request: ExecRequest) async throws -> ExecResult
}

/// Pods over the system's OpenSSH.
package struct SSHPodAccess: PodAccess {
  private let connections: SSHConnections
  private let target: @Sendable (String) async throws -> SSHTarget

  /// - Parameter target: Where a pod's SSH server is, by the pod's id.
  package init(connections: SSHConnections, target: @escaping @Sendable (String) async throws -> SSHTarget) {
    self.connections = connections
    self.target = target
  }

  package func connect(podId: String, progress: Progress) async throws {
    _ = try await connections.connect(target(podId), progress: progress)
  }

  package func exec(podId: String, _ request: ExecRequest) async throws -> ExecResult {
    try await connections.exec(target(podId), request)
  }
}
