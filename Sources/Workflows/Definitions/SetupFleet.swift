import Reporting

/// Sets up many runners side by side. Each is a workflow of its own and succeeds or fails by itself.
enum SetupFleet: WorkflowDefinition {
  typealias Run = WorkflowRun<SetupFleet>

  struct Facts: Codable, Sendable {}

  static let kind = WorkflowKind.setupFleet
  static let isReversible = true

  static func steps(for fleet: FleetSetup) -> [Step<Self>] {
    [Step("setUpMembers", "Set up \(fleet.members.count) runners", setUpMembers, undo: undoMembers)]
  }

  static func facts(for fleet: FleetSetup, at desk: WorkflowDesk) async throws -> Facts { Facts() }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> WorkflowResult? {
    .fleet(try await run.fleetResult(names: run.parameters.members.map(\.runnerName)))
  }

  private static func setUpMembers(_ run: isolated Run) async throws {
    let fleet = run.parameters
    try await run.runParts(
      SetupRunner.self,
      fleet.members,
      limit: fleet.maxParallel,
      stopOnFailure: fleet.stopOnFailure
    )
    let result = try await run.fleetResult(names: fleet.members.map(\.runnerName))
    guard result.succeeded < fleet.minSuccess else { return }
    throw result.failure(
      "\(result.succeeded) of \(fleet.members.count) runners were set up, fewer than \(fleet.minSuccess)."
    )
  }

  private static func undoMembers(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    try await run.undoParts(limit: run.parameters.maxParallel)
    for resource in try await run.partsRemaining() { run.didCreate(resource) }
    return .undone
  }
}
