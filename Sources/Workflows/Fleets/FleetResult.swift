import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Storage

/// What came of each member of a fleet.
package struct FleetResult: WorkflowResult, Hashable {
  package struct Member: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, Hashable, CaseIterable {
      case succeeded, failed, cancelled, interrupted
      /// It was not begun.
      case skipped
    }

    /// What is done about a member of a fleet that is set up.
    package enum Change: String, Codable, Sendable, Hashable, CaseIterable {
      case created
      /// It was there and is as it should be.
      case kept
      /// It was taken down and set up anew.
      case replaced
      /// It was there and is not wanted any more.
      case removed
    }

    /// The runner's name; before it has one, the number of the member: "member 3".
    package var name: String
    package var state: State
    package var change: Change?
    /// The member's own workflow; nil when it was not begun.
    package var workflowId: String?
    package var podId: String?
    package var error: WorkflowError?
  }

  /// In the order in which they were given; then what was taken away for them, or is not wanted any more.
  package var members: [Member]
  /// Of those that were given.
  package var succeeded: Int
  /// All of those that did not succeed.
  package var failed: Int
  /// USD for all members together, as far as known.
  package var costPerHour: Double?
  package var created: [WorkflowResource]
  package var removed: [WorkflowResource]
  package var durationSeconds: Double

  /// The failure of a fleet because of its members: the first one's, in `message`.
  func failure(_ message: String) -> Failure {
    let first = members.first { $0.error != nil && $0.state == .failed }
    guard let first, let error = first.error else { return Failure(.conflict, message) }
    var failure = error.failure
    // What was cleaned up and what is left, the fleet tells for all members.
    for (title, key) in [("Cleaned up", "cleaned"), ("Still there", "remaining")] {
      guard let list = error.details[key] else { continue }
      failure.message = failure.message.bytes.replacing(" \(title): \(list).", with: "")
    }
    failure.message = "\(message) \(first.name): \(failure.message)"
    failure.resources = [:]
    failure.details = ["member": first.name]
    return failure
  }
}

extension WorkflowRun {
  func parts() async throws -> [Workflow] { try await desk.journal.store.parts(of: id).map { try Workflow($0) } }

  /// The result of a workflow whose parts are the members of a fleet.
  ///
  /// - Parameters:
  ///   - outline: Of all members, in the order of the parts.
  ///   - kept: Those that are no parts of this workflow.
  func fleetResult(_ outline: [FleetResult.Member], kept: [StandingRunner] = []) async throws -> FleetResult {
    // Characters: ids are ASCII where they enter.
    let parts = Dictionary(try await parts().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let members = outline.enumerated().map { index, member in
      parts[partID(index)].map { member.told(by: $0) } ?? member
    }
    let costs =
      kept.compactMap(\.costPerHour)
      + parts.values.compactMap { ($0.result as? RunnerSetupResult)?.costPerHour }
    let given = members.filter { $0.change != .removed }
    let succeeded = given.count { $0.state == .succeeded }
    return FleetResult(
      members: members,
      succeeded: succeeded,
      failed: given.count - succeeded,
      costPerHour: costs.isEmpty ? nil : costs.reduce(0, +),
      created: ledger.created,
      removed: ledger.removed,
      durationSeconds: seconds
    )
  }

  /// Takes what parts have made and taken away for this workflow's own.
  func tellOfParts() async throws {
    for part in try await desk.journal.store.parts(of: id) {
      let resources = try JournalForm.decode(PartResources.self, from: part.steps)
      resources.created.forEach(didCreate)
      resources.removed.forEach(didRemove)
    }
  }
}

/// What the ledger of a part says, whatever its facts are.
private struct PartResources: Decodable { let created, removed: [WorkflowResource] }

extension FleetResult.Member {
  init(_ runner: StandingRunner, state: State, change: Change) {
    self.init(
      name: runner.runnerName,
      state: state,
      change: change,
      workflowId: runner.workflowId,
      podId: runner.podId
    )
  }

  /// The same with what came of its part.
  func told(by part: Workflow) -> Self {
    var member = self
    member.workflowId = part.id
    member.error = part.error
    member.state =
      switch part.state {
      case .succeeded: .succeeded
      case .failed: .failed
      case .cancelled: .cancelled
      case .running, .interrupted: .interrupted
      }
    switch part.result {
    case let result as RunnerSetupResult:
      member.name = result.runnerName
      member.podId = result.podId
    case let result as RunnerTeardownResult:
      member.name = result.runnerName ?? name
      member.podId = result.podId
    default:
      member.podId = part.error?.resources["podId"]
    }
    return member
  }
}
