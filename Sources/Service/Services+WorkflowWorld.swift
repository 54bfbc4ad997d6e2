import Pods
package import Reporting
package import Workflows

/// The world in which workflows work.
extension Services: WorkflowWorld {
  package func loss(of podId: String) async throws -> Failure { try await pods().loss(of: podId) }

  package func requireRunnerTools(token: Secret?) throws { try settings().requireRunnerTools(token: token) }

  package func access() throws -> any PodAccess {
    doors.access(SSHPodAccess(connections: try ssh(), target: { [self] in try await target($0) }))
  }
}
