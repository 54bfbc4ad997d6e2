import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Storage

/// The journal in the hands of one server: it writes only to what it owns, and says aloud when something has changed.
struct Journal: Sendable {
  /// Another server has taken the workflow over: nothing more may be done about it here.
  struct Lost: Error {}

  let store: WorkflowStore
  /// The id of this server's lock.
  let owner: String
  let ownersDirectory: String
  let time: TimeSource
  let bells = Bells()

  /// - Parameter previous: The id of the newest workflow about its subject.
  /// - Throws: `Failure(.conflict)` when there is a newer one by now.
  func insert(_ record: WorkflowRecord, after previous: String? = nil, _ event: WorkflowEvent) async throws {
    guard try await store.insert(record, after: previous, events: [try event.payload]) else {
      throw Failure(
        .conflict,
        "Somebody else has begun to work on \(record.subject ?? record.id) just now.",
        hint: "Try again when that is over.",
        retryable: true
      )
    }
    bells.ring(record.id)
  }

  /// - Throws: `Lost`.
  func update(
    _ id: String,
    flushed: Bool = true,
    events: [WorkflowEvent],
    _ change: @escaping @Sendable (inout WorkflowRecord) -> Void
  ) async throws {
    let payloads = try events.map { try $0.payload }
    let changed = try await store.update(id, flushed: flushed, at: time.now()) { [owner] record in
      guard record.owner?.bytes == owner.bytes, record.state == WorkflowState.running.rawValue else { return nil }
      change(&record)
      return payloads
    }
    guard changed != nil else { throw Lost() }
    bells.ring(id)
  }

  /// Makes this server the owner of a workflow that is as `known` says.
  ///
  /// - Returns: The row from now on, nil when someone else was first.
  func claim(_ known: WorkflowRecord, _ event: WorkflowEvent) async throws -> WorkflowRecord? {
    let payload = try event.payload
    let claimed = try await store.update(known.id, at: time.now()) { [owner] record in
      guard record.owner?.bytes == known.owner?.bytes, record.state.bytes == known.state.bytes else { return nil }
      record.owner = owner
      record.state = WorkflowState.running.rawValue
      return [payload]
    }
    bells.ring(known.id)
    return claimed
  }

  /// Writes down that nobody is at work on a workflow whose server is dead.
  func abandon(_ known: WorkflowRecord) async throws {
    let payload = try WorkflowEvent(type: .interrupted, message: "The service that ran it is gone").payload
    try await store.update(known.id, at: time.now()) { record in
      guard record.owner?.bytes == known.owner?.bytes, record.state == WorkflowState.running.rawValue else {
        return nil
      }
      record.owner = nil
      record.state = WorkflowState.interrupted.rawValue
      return [payload]
    }
    bells.ring(known.id)
  }

  /// Writes down that someone wants the workflow to end.
  func wishCancellation(_ id: String) async throws {
    try await store.update(id, at: time.now()) { record in
      guard WorkflowState(rawValue: record.state)?.isOver == false else { return nil }
      record.wish = "cancel"
      return []
    }
  }

  /// Whether a server is at work on it: another one that lives, or this one.
  func isOwned(_ record: WorkflowRecord) -> Bool {
    guard record.state == WorkflowState.running.rawValue, let holder = record.owner else { return false }
    return holder.bytes == owner.bytes || OwnerLock.isHeld(holder, in: ownersDirectory)
  }
}
