import Runners
import Storage

/// A runner that a fleet has set up and that nobody has taken down since, as the journal knows it.
struct StandingRunner: Codable, Sendable, Hashable {
  /// What was asked for, without secrets.
  let setup: RunnerSetup
  /// The workflow that set it up.
  let workflowId: String
  let podId: String
  let runnerName: String
  let costPerHour: Double?
  /// Whether its setup came to its end; of one that failed, a pod may have been kept for a look.
  let isWhole: Bool

  /// nil when the part has left nothing behind.
  init?(_ part: WorkflowRecord) throws {
    guard part.kind == WorkflowKind.setupRunner.rawValue else { return nil }
    let workflow = try Workflow(part)
    setup = try JournalForm.decode(RunnerSetup.self, from: part.parameters)
    workflowId = part.id
    if let result = workflow.result as? RunnerSetupResult {
      podId = result.podId
      runnerName = result.runnerName
      costPerHour = result.costPerHour
      isWhole = true
    } else if let podId = workflow.error?.resources["podId"] {
      self.podId = podId
      let facts = try JournalForm.decode(Ledger<SetupRunner.Facts>.self, from: part.steps).facts
      runnerName = facts.runnerName
      costPerHour = facts.costPerHour
      isWhole = false
    } else {
      return nil
    }
  }

  func teardown(pod: RunnerTeardown.PodFate) -> RunnerTeardown {
    RunnerTeardown(
      podId: podId,
      repoUrl: setup.terms.repoUrl,
      runnerName: runnerName,
      pod: pod,
      workDirectory: setup.options.workDirectory
    )
  }
}
