import Reporting
import Storage

/// Takes many runners away side by side.
enum TeardownFleet: WorkflowDefinition {
  typealias Run = WorkflowRun<TeardownFleet>

  struct Facts: Codable, Sendable {
    /// The runners of the fleet that was named, as they were when this was started.
    let found: [StandingRunner]
  }

  static let kind = WorkflowKind(rawValue: "teardownFleet")
  static let isReversible = false

  static func steps(for fleet: FleetTeardown) -> [Step<Self>] {
    [Step("tearDownMembers", "Tear the runners down", tearDownMembers)]
  }

  static func subject(of fleet: FleetTeardown, at desk: WorkflowDesk) async throws -> String? {
    if let name = fleet.name { return "fleet \(name)" }
    guard let id = fleet.fleetId else { return nil }
    return try await desk.journal.store.get(id)?.subject
  }

  static func facts(
    for fleet: FleetTeardown,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts {
    if let previous { return Facts(found: try await desk.standing(after: previous)) }
    if let name = fleet.name {
      throw Failure(
        .notFound,
        "There is no fleet \(name).",
        hint: "List the workflows to see the fleets that were set up."
      )
    }
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
    return Facts(found: try await desk.standing(after: record))
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> FleetResult? {
    try await fleetResult(run)
  }

  private static func fleetResult(_ run: isolated Run) async throws -> FleetResult {
    try await run.fleetResult(
      members(run).enumerated().map { index, member in
        FleetResult.Member(name: member.runnerName ?? "member \(index + 1)", state: .skipped)
      }
    )
  }

  private static func tearDownMembers(_ run: isolated Run) async throws {
    let members = members(run).enumerated().map { (index: $0.offset, parameters: $0.element) }
    try await run.runParts(TeardownRunner.self, members, limit: run.parameters.maxParallel, stopOnFailure: false)
    try await run.tellOfParts()
    let result = try await fleetResult(run)
    guard result.failed > 0 else { return }
    throw result.failure("\(result.failed) of \(members.count) runners could not be taken down completely.")
  }

  private static func members(_ run: isolated Run) -> [RunnerTeardown] {
    run.parameters.members + run.facts.found.map { $0.teardown(pod: run.parameters.pod) }
  }
}

extension WorkflowKind {
  package static let teardownFleet = TeardownFleet.kind
}

extension WorkflowRequest {
  package static func teardownFleet(_ fleet: FleetTeardown) -> Self { Self(TeardownFleet.self, fleet) }
}
