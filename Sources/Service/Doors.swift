package import HTTP
package import Runners
package import Storage
package import Workflows

/// The doors through which the service writes and acts, for tests that see, or end the process, right before and after.
package struct Doors: Sendable {
  package var transport: @Sendable (any HTTPTransport) -> any HTTPTransport = { $0 }
  package var shell: @Sendable (any PodShell) -> any PodShell = { $0 }
  package var access: @Sendable (any PodAccess) -> any PodAccess = { $0 }
  /// Called around each writing transaction.
  package var write: (@Sendable (Database.WriteMoment) async throws -> Void)?

  package init() {}
}
