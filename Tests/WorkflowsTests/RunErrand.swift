import Concurrency
import FoundationEssentials
import Pods
import Reporting
import RunPodAPI
import SSH
import Storage

@testable import Workflows

/// Rents a pod, runs a command on it and ends it: a workflow that the service does not have, all of it in this file.
enum RunErrand: WorkflowDefinition {
  typealias Run = WorkflowRun<RunErrand>

  struct Parameters: WorkflowParameters {
    var pod = PodRequest(imageName: "runpod/base:1.0", gpuTypeIds: ["NVIDIA L4"], bidPerGpu: 0.5, interruptible: true)
    var command = "nvidia-smi"

    func withoutSecrets() -> Self { self }

    func validate() throws {
      if command.isEmpty { throw Failure(.configurationInvalid, "An errand needs a command.") }
    }
  }

  struct Facts: Codable, Sendable {
    /// The name under which the pod is found again.
    var podName: String
    var podId: String?
    var output: String?
  }

  struct Result: WorkflowResult {
    var output: String
    var removed: [WorkflowResource]
  }

  static let kind = WorkflowKind(rawValue: "runErrand")
  static let isReversible = true

  static func steps(for errand: Parameters) -> [Step<Self>] {
    [
      Step("rentPod", "Rent a pod", isAtomic: true, rentPod, undo: releasePod),
      Step("awaitPod", "Wait until it is ready", awaitPod),
      Step("runCommand", "Run \(errand.command)", runCommand),
      Step("endPod", "Terminate the pod", endPod),
    ]
  }

  static func facts(
    for errand: Parameters,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts {
    Facts(podName: PodIntent.unique(for: errand.pod.name))
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> Result? {
    run.facts.output.map { Result(output: $0, removed: run.ledger.removed) }
  }

  // MARK: Steps

  private static func rentPod(_ run: isolated Run) async throws {
    let pods = try await run.world.pods()
    let pod: Pod
    if let known = try await pods.find(intent: run.facts.podName) {
      pod = known
    } else {
      // A creation that came to nothing cannot be repeated under its name.
      run.facts.podName = PodIntent.unique(for: run.parameters.pod.name)
      try await run.note()
      pod = try await pods.create(
        run.parameters.pod,
        intent: run.facts.podName,
        heldFor: 900,
        progress: run.progress
      )
    }
    guard let id = pod.id else { throw Failure(.notFound, "The pod \(pod.name) has no id.") }
    run.facts.podId = id
    run.didCreate(.pod(id))
  }

  private static func awaitPod(_ run: isolated Run) async throws {
    _ = try await run.world.pods().wait(held(run), timeout: .seconds(600), progress: run.progress)
  }

  private static func runCommand(_ run: isolated Run) async throws {
    let access = try await run.world.access()
    let result = try await access.exec(podId: held(run), ExecRequest(command: run.parameters.command))
    run.facts.output = result.stdoutText
  }

  private static func endPod(_ run: isolated Run) async throws { _ = try await releasePod(run) }

  private static func releasePod(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    let pod = try await run.world.pods().release(intent: run.facts.podName, progress: run.progress)
    guard let id = pod?.id else { return .undone }
    run.didCreate(.pod(id))
    run.didRemove(.pod(id))
    return .undone
  }

  private static func held(_ run: isolated Run) async throws -> String {
    guard let podId = run.facts.podId else { throw Failure(.notFound, "The errand has no pod.") }
    try await run.world.pods().hold(podId, for: 1200)
    return podId
  }
}
