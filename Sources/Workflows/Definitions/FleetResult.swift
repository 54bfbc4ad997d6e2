import Concurrency
import FoundationEssentials
import Reporting
import Storage

/// What came of each member of a fleet.
package struct FleetResult: Codable, Sendable, Hashable {
  package struct Member: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, Hashable, CaseIterable {
      case succeeded, failed, cancelled, interrupted
      /// It was not begun.
      case skipped
    }

    /// The runner's name; before it has one, the number of the member: "member 3".
    package var name: String
    package var state: State
    /// The member's own workflow; nil when it was not begun.
    package var workflowId: String?
    package var podId: String?
    package var error: WorkflowError?
  }

  /// In the order in which they were given.
  package var members: [Member]
  package var succeeded: Int
  /// All that did not succeed.
  package var failed: Int
  /// USD for all members together, as far as known.
  package var costPerHour: Double?
  package var durationSeconds: Double

  /// The failure of a fleet because of its members: the first one's, in `message`.
  func failure(_ message: String) -> Failure {
    let first = members.first { $0.error != nil && $0.state == .failed }
    guard let first, let error = first.error else { return Failure(.conflict, message) }
    var failure = error.failure
    failure.message = "\(message) \(first.name): \(failure.message)"
    failure.resources = [:]
    failure.details = ["member": first.name]
    return failure
  }
}

extension WorkflowRun {
  /// The result of a workflow whose parts are the members of a fleet.
  ///
  /// - Parameter names: Of all members, in order.
  func fleetResult(names: [String?]) async throws -> FleetResult {
    let records = try await desk.journal.store.parts(of: id)
    let parts = Dictionary(try records.map { ($0.id, try Workflow($0)) }, uniquingKeysWith: { first, _ in first })
    let members = names.enumerated().map { index, name in
      FleetResult.Member(parts[partID(index)], name: name ?? "member \(index + 1)")
    }
    let costs = parts.values.compactMap { part in
      if case .runnerSetup(let result) = part.result { result.costPerHour } else { nil }
    }
    let succeeded = members.count { $0.state == .succeeded }
    return FleetResult(
      members: members,
      succeeded: succeeded,
      failed: members.count - succeeded,
      costPerHour: costs.isEmpty ? nil : costs.reduce(0, +),
      durationSeconds: seconds
    )
  }

  /// What parts have made and could not take away again.
  func partsRemaining() async throws -> [WorkflowResource] {
    try await desk.journal.store.parts(of: id).flatMap { record in
      let resources = try Workflow(record).error?.resources ?? [:]
      return resources.compactMap { name, id in
        WorkflowResource.Kind.allCases.first { WorkflowResource(kind: $0, id: id).key == name }
          .map { WorkflowResource(kind: $0, id: id) }
      }
    }
  }
}

extension FleetResult.Member {
  init(_ part: Workflow?, name: String) {
    self.name = name
    workflowId = part?.id
    error = part?.error
    state =
      switch part?.state {
      case .succeeded: .succeeded
      case .failed: .failed
      case .cancelled: .cancelled
      case .running, .interrupted: .interrupted
      case nil: .skipped
      }
    switch part?.result {
    case .runnerSetup(let result):
      self.name = result.runnerName
      podId = result.podId
    case .runnerTeardown(let result):
      self.name = result.runnerName ?? name
      podId = result.podId
    case .fleet, nil:
      podId = part?.error?.resources["podId"]
    }
  }
}
