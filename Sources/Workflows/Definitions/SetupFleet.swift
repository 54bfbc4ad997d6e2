import Reporting
import Storage

/// Sets up many runners side by side. Each is a workflow of its own and succeeds or fails by itself.
///
/// A fleet that has a name and was there before becomes what it is wanted to be now: what is not wanted any more is taken
/// away, and stays away if the rest fails.
enum SetupFleet: WorkflowDefinition {
  typealias Run = WorkflowRun<SetupFleet>

  struct Facts: Codable, Sendable {
    let plan: FleetPlan
  }

  static let kind = WorkflowKind(rawValue: "setupFleet")
  static let isReversible = true

  static func steps(for fleet: FleetSetup) -> [Step<Self>] {
    let remove = Step<Self>(
      "removeMembers",
      "Take away what is not wanted any more",
      isOptional: true,
      removeMembers,
      undo: finishRemovals
    )
    let setUp = Step<Self>("setUpMembers", "Set up \(fleet.members.count) runners", setUpMembers, undo: undoMembers)
    return fleet.name == nil ? [setUp] : [remove, setUp]
  }

  static func subject(of fleet: FleetSetup, at desk: WorkflowDesk) async throws -> String? {
    fleet.name.map { "fleet \($0)" }
  }

  static func facts(
    for fleet: FleetSetup,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts {
    Facts(plan: try await desk.plan(for: fleet, after: previous))
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> FleetResult? {
    try await fleetResult(run)
  }

  private static func fleetResult(_ run: isolated Run) async throws -> FleetResult {
    let plan = run.facts.plan
    return try await run.fleetResult(plan.outline(run.parameters.members.map(\.terms.runnerName)), kept: plan.kept)
  }

  static func cost(of run: isolated Run) async -> Double? { await run.costOfParts() }

  // MARK: Steps

  private static func removeMembers(_ run: isolated Run) async throws {
    let fleet = run.parameters
    let leaving = run.facts.plan.leaving.enumerated().map { index, runner in
      (index: fleet.members.count + index, parameters: runner.teardown(pod: .terminate))
    }
    guard !leaving.isEmpty else { return }
    try await run.runParts(TeardownRunner.self, leaving, limit: fleet.maxParallel, stopOnFailure: false)
    let failed = try await run.parts().filter { $0.kind == .teardownRunner && $0.state != .succeeded }
    guard let error = failed.compactMap(\.error).first else { return }
    throw Failure(.conflict, "\(failed.count) of \(leaving.count) runners could not be taken away: \(error.message)")
  }

  private static func setUpMembers(_ run: isolated Run) async throws {
    let fleet = run.parameters
    let plan = run.facts.plan
    // Characters: ids are ASCII where they enter.
    let standing = Set(try await run.parts().filter { $0.kind == .teardownRunner && $0.state != .succeeded }.map(\.id))
    var leaving = 0
    let wanted = plan.members.enumerated().filter { _, change in
      guard case .replace = change else { return change == .create }
      leaving += 1
      // Two of a name would be in each other's way.
      return !standing.contains(run.partID(fleet.members.count + leaving - 1))
    }
    try await run.runParts(
      SetupRunner.self,
      wanted.map { (index: $0.offset, parameters: fleet.members[$0.offset]) },
      limit: fleet.maxParallel,
      stopOnFailure: fleet.stopOnFailure
    )
    try await run.tellOfParts()
    let result = try await fleetResult(run)
    guard result.succeeded < min(fleet.minSuccess, fleet.members.count) else { return }
    throw result.failure(
      "\(result.succeeded) of \(fleet.members.count) runners were set up, fewer than \(fleet.minSuccess)."
    )
  }

  // MARK: Undoing

  private static func undoMembers(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    try await run.undoParts(limit: run.parameters.maxParallel)
    try await run.tellOfParts()
    return .undone
  }

  /// What has been taken away cannot be brought back.
  private static func finishRemovals(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    _ = try await undoMembers(run)
    return .left
  }
}

extension WorkflowKind {
  package static let setupFleet = SetupFleet.kind
}

extension WorkflowRequest {
  package static func setupFleet(_ fleet: FleetSetup) -> Self { Self(SetupFleet.self, fleet) }
}

extension FleetPlan {
  /// What there is to tell of each member, before it is known what came of it.
  ///
  /// - Parameter names: Of the members that are wanted, as far as they were given any.
  func outline(_ names: [String?]) -> [FleetResult.Member] {
    zip(names, members).enumerated().map { index, member in
      let (name, change) = member
      return switch change {
      case .create: FleetResult.Member(name: name ?? "member \(index + 1)", state: .skipped, change: .created)
      case .replace(let runner): FleetResult.Member(runner, state: .skipped, change: .replaced)
      case .keep(let runner): FleetResult.Member(runner, state: .succeeded, change: .kept)
      }
    } + leaving.map { FleetResult.Member($0, state: .skipped, change: .removed) }
  }
}
