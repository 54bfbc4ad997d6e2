package import FoundationEssentials

/// The books: every pod that was ever asked for, newest first.
package struct PodStore: Sendable {
  private let database: Database
  package let accounts: AccountStore

  package init(_ database: Database) {
    self.database = database
    accounts = AccountStore(database)
  }

  /// The id of this state file, which the pods that it creates carry.
  package func installationId() async throws -> String {
    try await database.read { connection in
      try connection.first("SELECT id FROM installation") { row in try row.value("id", as: String.self) } ?? ""
    }
  }

  /// Writes a new row, on the disk when this returns: a pod must not be rented that a power cut would make us forget.
  ///
  /// - Returns: The record with its number; the existing one when its `podId` is in the books already.
  package func insert(_ record: PodRecord) async throws -> PodRecord {
    try await database.write(flushed: true) { connection in
      if let podId = record.podId, let known = try PodTable.find(podId: podId, connection) { return known }
      return try PodTable.insert(record, connection)
    }
  }

  package func find(number: Int) async throws -> PodRecord? {
    try await database.read { try PodTable.find(number: number, $0) }
  }

  package func find(podId: String) async throws -> PodRecord? {
    try await database.read { try PodTable.find(podId: podId, $0) }
  }

  /// Which of these pods are in the books.
  package func known(podIds: [String]) async throws -> Set<String> {
    try await database.read { connection in
      // Characters: ids are ASCII where they enter.
      Set(try podIds.filter { try PodTable.find(podId: $0, connection) != nil })
    }
  }

  package func find(intent: String) async throws -> PodRecord? {
    try await database.read { try PodTable.find(intent: intent, $0) }
  }

  /// The pod of an account for which a client gave this token.
  package func find(clientToken: String, account: String) async throws -> PodRecord? {
    try await database.read { try PodTable.find(clientToken: clientToken, account: account, $0) }
  }

  /// Changes one row, seeing its present state. Nothing is written when `change` leaves it as it was.
  ///
  /// - Returns: The row as it is now, nil when there is none.
  @discardableResult
  package func update(
    number: Int,
    flushed: Bool = false,
    _ change: @escaping @Sendable (inout PodRecord) -> Void
  ) async throws -> PodRecord? {
    try await database.write(flushed: flushed) { connection in
      guard var record = try PodTable.find(number: number, connection) else { return nil }
      try PodTable.change(&record, connection, change)
      return record
    }
  }

  /// Changes many rows in one transaction, seeing the present state of the books.
  ///
  /// - Parameters:
  ///   - flushed: Whether the disk must have it when this returns.
  ///   - body: Finds and changes rows through the desk it is given.
  package func update<Result: Sendable>(
    flushed: Bool = false,
    _ body: @escaping @Sendable (PodDesk) throws -> Result
  ) async throws -> Result {
    try await database.write(flushed: flushed) { try body(PodDesk($0)) }
  }

  /// A page, newest first.
  ///
  /// - Parameters:
  ///   - status: Only pods of this status.
  ///   - account: Only pods of this account.
  ///   - before: Only rows with a smaller number: the number of the last row of the page before.
  ///   - limit: How many rows at most.
  package func page(
    status: String?,
    account: String? = nil,
    before: Int?,
    limit: Int
  ) async throws -> [PodRecord] {
    try await database.read {
      try PodTable.page(status: status, account: account, before: before, limit: limit, $0)
    }
  }

  /// All pods of an account, or of all, that may still exist, oldest first.
  package func live(account: String? = nil) async throws -> [PodRecord] {
    try await database.read { try PodTable.live(account: account, $0) }
  }

  /// How many pods that may still exist belong to other accounts.
  package func countOfOthers(than account: String) async throws -> Int {
    try await database.read { try PodTable.countOfOthers(than: account, $0) }
  }

  /// Live pods of an account, or of all, of which a deadline has passed at `time`, and the earliest one to come.
  package func due(at time: Date, account: String? = nil) async throws -> (due: [PodRecord], next: Date?) {
    try await database.read { connection in
      (try PodTable.due(at: time, account: account, connection), try PodTable.nextDue(after: time, connection))
    }
  }

  /// Live pods of an account, or of all, whose deadlines are kept by this.
  package func kept(by keeper: String, account: String? = nil) async throws -> [PodRecord] {
    try await database.read { try PodTable.kept(by: keeper, account: account, $0) }
  }

  /// Whether there are creations without a pod that may still turn into one: pending ones that nobody can be busy with any
  /// more, being older than a minute and a half, and those of the last fifteen minutes that were given up as absent.
  package func hasUnsettled(at time: Date) async throws -> Bool {
    try await database.read {
      try PodTable.hasUnsettled(at: time, pendingSince: time - 90, givenUpSince: time - 900, $0)
    }
  }
}
