package import FoundationEssentials
package import Runners

/// A runner that was set up.
package struct RunnerSetupResult: WorkflowResult, Hashable {
  package var podId: String
  /// Where its SSH server was when it got ready.
  package var host: String?
  package var sshPort: Int?
  package var runnerName: String
  package var repoUrl: String
  package var runner: Runner
  /// USD.
  package var costPerHour: Double?
  /// When the pod is terminated; nil: it stays until someone ends it.
  package var terminateAfter: Date?
  /// Seconds that a job which runs at that time may go on; nil: none.
  package var jobGraceSeconds: Double?
  package var created: [WorkflowResource]
  package var removed: [WorkflowResource]
  package var warnings: [String]
  package var durationSeconds: Double
}
