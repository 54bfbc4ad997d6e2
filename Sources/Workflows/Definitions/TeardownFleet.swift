import Reporting
import Storage

/// Takes many runners away side by side.
enum TeardownFleet: WorkflowDefinition {
  typealias Run = WorkflowRun<TeardownFleet>

  struct Facts: Codable, Sendable {
    /// The members of the fleet that was named, as they were when this was started.
    let found: [RunnerTeardown]
  }

  static let kind = WorkflowKind.teardownFleet
  static let isReversible = false

  static func steps(for fleet: FleetTeardown) -> [Step<Self>] {
    [Step("tearDownMembers", "Tear the runners down", tearDownMembers)]
  }

  static func facts(for fleet: FleetTeardown, at desk: WorkflowDesk) async throws -> Facts {
    guard let id = fleet.fleetId else { return Facts(found: []) }
    guard let record = try await desk.journal.store.get(id), record.kind == WorkflowKind.setupFleet.rawValue else {
      throw Failure(.notFound, "There is no workflow \(id) that set up a fleet.", details: ["workflowId": id])
    }
    guard WorkflowState(rawValue: record.state)?.isOver == true else {
      throw Failure(
        .conflict,
        "Workflow \(id) is not over: it is \(record.state).",
        hint: "Cancel it: what it has made is undone then.",
        details: ["workflowId": id]
      )
    }
    let parts = try await desk.journal.store.parts(of: id)
    return Facts(found: try parts.compactMap { try teardown(of: Workflow($0), pod: fleet.pod) })
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> WorkflowResult? {
    .fleet(try await run.fleetResult(names: members(run).map(\.runnerName)))
  }

  private static func tearDownMembers(_ run: isolated Run) async throws {
    let members = members(run)
    try await run.runParts(TeardownRunner.self, members, limit: run.parameters.maxParallel, stopOnFailure: false)
    let result = try await run.fleetResult(names: members.map(\.runnerName))
    guard result.failed > 0 else { return }
    throw result.failure("\(result.failed) of \(members.count) runners could not be taken down completely.")
  }

  private static func members(_ run: isolated Run) -> [RunnerTeardown] { run.parameters.members + run.facts.found }

  /// What is there to take down of a member, nil when there is nothing.
  private static func teardown(of part: Workflow, pod: RunnerTeardown.PodFate) -> RunnerTeardown? {
    if case .runnerSetup(let result) = part.result {
      return RunnerTeardown(podId: result.podId, repoUrl: result.repoUrl, runnerName: result.runnerName, pod: pod)
    }
    return part.error?.resources["podId"].map { RunnerTeardown(podId: $0, pod: pod) }
  }
}
