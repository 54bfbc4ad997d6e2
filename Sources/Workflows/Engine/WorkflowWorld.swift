package import Pods
package import Reporting
package import Runners

/// What workflows work with. Each is asked for when a step needs it, so that looking at the journal needs no keys.
package protocol WorkflowWorld: Sendable {
  /// - Throws: `Failure(.environmentIncomplete)` when there is no key to RunPod.
  func pods() async throws -> PodManager

  /// - Throws: `Failure` when the settings do not do.
  func runners() async throws -> RunnerManager

  /// - Throws: `Failure` when the settings do not do.
  func access() async throws -> any PodAccess

  /// Looks whether there is all that installing runners needs.
  ///
  /// - Parameter token: A registration token; nil: one is minted.
  /// - Throws: `Failure(.environmentIncomplete)` that names what is missing and how to get it.
  func requireRunnerTools(token: Secret?) async throws

  /// Returns why a pod is of no use any more, as soon as that is so.
  ///
  /// - Throws: What keeps it from being seen.
  func loss(of podId: String) async throws -> Failure
}
