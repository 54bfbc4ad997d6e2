package import FoundationEssentials
import Outside

/// The journal of workflows: each is a row, and its events are numbered rows beside it.
package struct WorkflowStore: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Writes a new row with its first events, on the disk when this returns.
  ///
  /// - Parameter previous: The id of the newest workflow about the same subject, as the caller knows it.
  /// - Returns: Whether it was written: not when there is a newer one about its subject.
  @discardableResult
  package func insert(_ record: WorkflowRecord, after previous: String? = nil, events: [String] = []) async throws
    -> Bool
  {
    try await database.write(flushed: true) { connection in
      if let subject = record.subject, try WorkflowTable.newest(about: subject, connection)?.id.bytes != previous?.bytes
      {
        return false
      }
      try WorkflowTable.insert(record, connection)
      for event in events { try WorkflowTable.append(event, to: record.id, at: record.created, connection) }
      return true
    }
  }

  /// The newest workflow about a subject.
  package func newest(about subject: String) async throws -> WorkflowRecord? {
    try await database.read { try WorkflowTable.newest(about: subject, $0) }
  }

  package func get(_ id: String) async throws -> WorkflowRecord? {
    try await database.read { try WorkflowTable.find(id, $0) }
  }

  /// Changes one row, seeing its present state, and appends events in the same transaction, so that the two never
  /// disagree.
  ///
  /// - Parameters:
  ///   - time: Becomes `updated`, and the events' time.
  ///   - change: Returns the events; nil when the row is not what it should be, and all is to stay as it is.
  /// - Returns: The row as it is now; nil when nothing was changed or there is none.
  @discardableResult
  package func update(
    _ id: String,
    flushed: Bool = true,
    at time: Date,
    _ change: @escaping @Sendable (inout WorkflowRecord) -> [String]?
  ) async throws -> WorkflowRecord? {
    try await database.write(flushed: flushed) { connection in
      guard var record = try WorkflowTable.find(id, connection) else { return nil }
      let before = record
      guard let events = change(&record) else { return nil }
      for event in events { try WorkflowTable.append(event, to: id, at: time, connection) }
      guard record != before else { return record }
      record.updated = time
      try WorkflowTable.save(record, connection)
      return record
    }
  }

  /// Events with a greater sequence number than `after`, in order.
  package func events(_ id: String, after: Int = 0, limit: Int = 1000) async throws -> [WorkflowEventRecord] {
    try await database.read { try WorkflowTable.events(id, after: after, limit: limit, $0) }
  }

  /// The sequence number of a workflow's newest event, 0 when it has none.
  package func lastSequence(_ id: String) async throws -> Int {
    try await database.read { try WorkflowTable.lastSequence(of: id, $0) }
  }

  /// A page of those that are no part of another one, newest first.
  ///
  /// - Parameters:
  ///   - account: Only those of this account.
  ///   - cursor: The `nextCursor` of the page before; an unknown one begins anew.
  package func list(
    state: String? = nil,
    account: String? = nil,
    cursor: String? = nil,
    limit: Int = 100
  ) async throws -> (workflows: [WorkflowRecord], nextCursor: String?) {
    try await database.read { connection in
      let rows = try WorkflowTable.page(
        state: state,
        account: account,
        before: cursor.flatMap { Int($0) },
        limit: limit + 1,
        connection
      )
      let page = rows.prefix(limit)
      return (page.map(\.record), rows.count > limit ? page.last.map { String($0.number) } : nil)
    }
  }

  /// How many unfinished workflows belong to other accounts.
  package func countOfOthers(than account: String) async throws -> Int {
    try await database.read { try WorkflowTable.countOfOthers(than: account, $0) }
  }

  /// The parts of a workflow, in the order in which they were begun.
  package func parts(of parent: String) async throws -> [WorkflowRecord] {
    try await database.read { try WorkflowTable.parts(of: parent, $0) }
  }

  /// Workflows in one of `states` that are no part of another one, oldest first: what a start looks at to find those
  /// without a living owner.
  package func unfinished(states: [String] = ["running"]) async throws -> [WorkflowRecord] {
    try await database.read { connection in
      try states.flatMap { try WorkflowTable.inState($0, connection) }.sorted { $0.number < $1.number }.map(\.record)
    }
  }

  /// The ids of running workflows of `owner` for which someone has written a wish.
  package func wishes(for owner: String) async throws -> [String] {
    try await database.read { try WorkflowTable.wishes(for: owner, $0) }
  }
}
