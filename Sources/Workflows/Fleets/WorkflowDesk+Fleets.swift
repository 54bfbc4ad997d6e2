import Pods
import Reporting
import Storage

extension WorkflowDesk {
  /// What a fleet needs to become what it is wanted to be; one without a name is all new.
  func plan(for fleet: FleetSetup, after previous: WorkflowRecord?) async throws -> FleetPlan {
    let standing = if let previous { try await standing(after: previous) } else { [StandingRunner]() }
    guard !standing.isEmpty else { return FleetPlan(fleet.members, standing: [], working: []) }
    let pods = try await world.pods().live()
    let working = pods.filter { [.starting, .running].contains($0.status) }.compactMap(\.id)
    // Characters: ids are ASCII where they enter.
    return FleetPlan(fleet.members, standing: standing, working: Set(working))
  }

  /// The runners of a fleet that stand since a workflow about it has ended.
  func standing(after record: WorkflowRecord) async throws -> [StandingRunner] {
    let parts = try await journal.store.parts(of: record.id)
    let known =
      switch WorkflowKind(rawValue: record.kind) {
      case .setupFleet: try setUp(by: record)
      case .teardownFleet:
        try JournalForm.decode(Ledger<TeardownFleet.Facts>.self, from: record.steps).facts.found
      default: [StandingRunner]()
      }
    // Characters: ids are ASCII where they enter.
    let takenDown = Set(try parts.compactMap(Self.takenDown))
    return try known.filter { !takenDown.contains($0.podId) } + parts.compactMap { try StandingRunner($0) }
  }

  /// Those that were there before, whatever was to become of them.
  private func setUp(by record: WorkflowRecord) throws -> [StandingRunner] {
    let plan = try JournalForm.decode(Ledger<SetupFleet.Facts>.self, from: record.steps).facts.plan
    return plan.kept + plan.leaving
  }

  /// The pod of a teardown that did what it was to.
  private static func takenDown(_ part: WorkflowRecord) throws -> String? {
    guard part.kind == WorkflowKind.teardownRunner.rawValue, part.state == WorkflowState.succeeded.rawValue
    else { return nil }
    return try JournalForm.decode(RunnerTeardown.self, from: part.parameters).podId
  }

  /// The newest workflow about a subject.
  ///
  /// - Throws: `Failure(.conflict)` while it is not over.
  func previous(about subject: String?) async throws -> WorkflowRecord? {
    guard let subject, let record = try await journal.store.newest(about: subject) else { return nil }
    guard WorkflowState(rawValue: record.state)?.isOver == true else {
      throw Failure(
        .conflict,
        "Workflow \(record.id) is at work on \(subject): it is \(record.state).",
        hint: record.state == WorkflowState.running.rawValue
          ? "Wait for it, or cancel it." : "Resume it, or cancel it.",
        details: ["workflowId": record.id]
      )
    }
    return record
  }
}
