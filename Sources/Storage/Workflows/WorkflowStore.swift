package import FoundationEssentials

/// The journal of workflows: each is a row, and its events are numbered rows beside it.
package struct WorkflowStore: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func insert(_ record: WorkflowRecord) async throws {
    try await database.write(flushed: true) { try WorkflowTable.insert(record, $0) }
  }

  package func get(_ id: String) async throws -> WorkflowRecord? {
    try await database.read { try WorkflowTable.find(id, $0) }
  }

  /// Changes what is given and leaves the rest.
  ///
  /// - Parameters:
  ///   - event: Appended in the same transaction, so that the journal and its events never disagree.
  ///   - time: Becomes `updated`, and the event's time.
  /// - Returns: The event's sequence number, nil when none was given or there is no such workflow.
  @discardableResult
  package func update(
    _ id: String,
    state: String? = nil,
    steps: String? = nil,
    result: String? = nil,
    error: String? = nil,
    event: String? = nil,
    at time: Date
  ) async throws -> Int? {
    try await database.write(flushed: true) { connection in
      guard var record = try WorkflowTable.find(id, connection) else { return nil }
      if let state { record.state = state }
      if let steps { record.steps = steps }
      if let result { record.result = result }
      if let error { record.error = error }
      record.updated = time
      try WorkflowTable.save(record, connection)
      guard let event else { return nil }
      return try WorkflowTable.append(event, to: id, at: time, connection)
    }
  }

  /// - Returns: The event's sequence number: 1, 2, 3, … within its workflow.
  package func appendEvent(_ id: String, payload: String, at time: Date) async throws -> Int {
    try await database.write { try WorkflowTable.append(payload, to: id, at: time, $0) }
  }

  /// Events with a greater sequence number than `after`, in order.
  package func events(_ id: String, after: Int = 0, limit: Int = 1000) async throws -> [WorkflowEvent] {
    try await database.read { try WorkflowTable.events(id, after: after, limit: limit, $0) }
  }

  /// A page, newest first.
  ///
  /// - Parameter cursor: The `nextCursor` of the page before; an unknown one begins anew.
  package func list(
    state: String? = nil,
    cursor: String? = nil,
    limit: Int = 100
  ) async throws -> (workflows: [WorkflowRecord], nextCursor: String?) {
    try await database.read { connection in
      let rows = try WorkflowTable.page(state: state, before: cursor.flatMap { Int($0) }, limit: limit + 1, connection)
      let page = rows.prefix(limit)
      return (page.map(\.record), rows.count > limit ? page.last.map { String($0.number) } : nil)
    }
  }

  /// Workflows in one of `states`, oldest first: what a start looks at to find those without a living owner.
  package func unfinished(states: [String] = ["running"]) async throws -> [WorkflowRecord] {
    try await database.read { connection in
      try states.flatMap { try WorkflowTable.inState($0, connection) }.sorted { $0.number < $1.number }.map(\.record)
    }
  }

  /// Makes `owner` the owner of a workflow, if its owner still is who the caller believes it is.
  ///
  /// - Returns: Whether it was done; of several servers that try at once, one succeeds.
  package func claim(_ id: String, from previous: String?, for owner: String, at time: Date) async throws -> Bool {
    try await database.write(flushed: true) { connection in
      guard var record = try WorkflowTable.find(id, connection), record.owner == previous else { return false }
      record.owner = owner
      record.updated = time
      try WorkflowTable.save(record, connection)
      return true
    }
  }
}
