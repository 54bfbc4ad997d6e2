import Concurrency
import FoundationEssentials
package import Pods
import Reporting
import Runners
import Storage

/// Takes a runner away and ends its pod. Does all that can be done: what fails on the way is a warning.
///
/// Only a pod that may go on costing money against the wish is a failure.
enum TeardownRunner: WorkflowDefinition {
  typealias Run = WorkflowRun<TeardownRunner>

  struct Facts: Codable, Sendable {
    /// As given, or as the pod said.
    var runnerName: String?
    var repoUrl: String?
    var deregistered = false
    var filesRemoved = false
    var podStatus: PodStatus?
  }

  static let kind = WorkflowKind(rawValue: "teardownRunner")
  static let isReversible = false

  static func steps(for teardown: RunnerTeardown) -> [Step<Self>] {
    let steps = [
      Step("stopRunner", "Stop the runner", isOptional: true, stopRunner),
      Step("deregisterRunner", "Deregister the runner", isOptional: true, deregisterRunner),
    ]
    return switch teardown.pod {
    case .terminate: steps + [Step("endPod", "Terminate the pod", terminatePod)]
    case .stop: steps + [Step("endPod", "Stop the pod", stopPod)]
    case .keep: steps
    }
  }

  static func facts(
    for teardown: RunnerTeardown,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts {
    Facts(runnerName: teardown.runnerName, repoUrl: teardown.repoUrl)
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> RunnerTeardownResult? {
    RunnerTeardownResult(
      podId: run.parameters.podId,
      podStatus: run.facts.podStatus,
      runnerName: run.facts.runnerName,
      deregistered: run.facts.deregistered,
      filesRemoved: run.facts.filesRemoved,
      removed: run.ledger.removed,
      warnings: run.ledger.warnings,
      durationSeconds: run.seconds
    )
  }

  // MARK: Steps

  private static func stopRunner(_ run: isolated Run) async throws {
    let runner = try await run.world.runners().stop(
      podId: run.parameters.podId,
      workDirectory: run.parameters.workDirectory,
      progress: run.progress
    )
    learn(runner, run)
  }

  private static func learn(_ runner: Runner, _ run: isolated Run) {
    if !runner.name.isEmpty { run.facts.runnerName = runner.name }
    run.facts.repoUrl = run.facts.repoUrl ?? runner.repoUrl
  }

  private static func deregisterRunner(_ run: isolated Run) async throws {
    let runners = try await run.world.runners()
    if run.facts.runnerName == nil,
      let runner = try? await runners.status(podId: run.parameters.podId, workDirectory: run.parameters.workDirectory)
    {
      learn(runner, run)
    }
    let removal = try await runners.remove(
      podId: run.parameters.podId,
      repoUrl: run.facts.repoUrl,
      token: run.parameters.removeToken,
      name: run.facts.runnerName,
      workDirectory: run.parameters.workDirectory,
      progress: run.progress
    )
    run.facts.deregistered = removal.deregistered
    run.facts.filesRemoved = removal.filesRemoved
    guard removal.deregistered else {
      let words = removal.warnings.isEmpty ? ["The runner may still be registered."] : removal.warnings
      throw Failure(.apiFailure, words.joined(separator: " "))
    }
    for warning in removal.warnings { try await run.warn(warning) }
    if let name = run.facts.runnerName { run.didRemove(.runner(name)) }
  }

  private static func terminatePod(_ run: isolated Run) async throws {
    try await ended(run) { pods, id in try await pods.terminate(id) }
    run.didRemove(.pod(run.parameters.podId))
  }

  private static func stopPod(_ run: isolated Run) async throws {
    try await ended(run) { pods, id in try await pods.stop(id) }
  }

  /// A pod that is gone already is as good as one that was ended.
  private static func ended(
    _ run: isolated Run,
    _ end: @Sendable (PodManager, String) async throws -> Pod
  ) async throws {
    let podId = run.parameters.podId
    do {
      let pods = try await run.world.pods()
      run.facts.podStatus = try await run.persistently(for: .seconds(300)) { try await end(pods, podId).status }
    } catch let failure as Failure where failure.kind == .notFound {
      try await run.warn(failure.message)
    } catch {
      // As far as is known, and for the error to say so.
      run.didCreate(.pod(podId))
      throw error
    }
  }
}

extension WorkflowKind {
  package static let teardownRunner = TeardownRunner.kind
}

extension WorkflowRequest {
  package static func teardownRunner(_ teardown: RunnerTeardown) -> Self { Self(TeardownRunner.self, teardown) }
}

/// What came of taking a runner away.
package struct RunnerTeardownResult: WorkflowResult, Hashable {
  package var podId: String
  /// Of the pod after it was ended; nil when it was not touched, or was gone before.
  package var podStatus: PodStatus?
  package var runnerName: String?
  /// Whether GitHub's list is known to be without it.
  package var deregistered: Bool
  /// Whether its directory on the pod is gone.
  package var filesRemoved: Bool
  package var removed: [WorkflowResource]
  /// What did not go as it should, a sentence each.
  package var warnings: [String]
  package var durationSeconds: Double
}
