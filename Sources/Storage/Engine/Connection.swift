import CSQLite
import Values

/// An open SQLite connection, usable only inside the closures of `Database.read` and `Database.write`.
///
/// Statements are prepared once and kept. Values are always bound, by name: `execute("… WHERE id = :id", ["id": id])`.
package final class Connection {
  private let handle: OpaquePointer
  private let intake: Intake
  private var statements: [String: Statement] = [:]

  /// - Parameters:
  ///   - path: A file, or `:memory:`.
  ///   - busyTimeout: Milliseconds that a statement waits for another process's transaction.
  ///   - intake: Takes values in that must fit.
  init(path: String, busyTimeout: Int32, intake: Intake) throws {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let error = SQLiteError(opened, code: code)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    self.intake = intake
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  deinit {
    for statement in statements.values { statement.finalize() }
    sqlite3_close_v2(handle)
  }

  /// Runs a statement that gives no rows.
  ///
  /// - Returns: The number of rows it changed.
  @discardableResult
  package func execute(_ sql: String, _ values: KeyValuePairs<String, (any ColumnValue)?> = [:]) throws -> Int {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() {}
    return Int(sqlite3_changes(handle))
  }

  /// Runs a query and makes a value of each row.
  package func query<Value>(
    _ sql: String,
    _ values: KeyValuePairs<String, (any ColumnValue)?> = [:],
    _ make: (Row) throws -> Value
  ) throws -> [Value] {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    var result: [Value] = []
    while try statement.step() { result.append(try make(Row(statement: statement, intake: intake))) }
    return result
  }

  /// The first row's value, or nil when there is none.
  package func first<Value>(
    _ sql: String,
    _ values: KeyValuePairs<String, (any ColumnValue)?> = [:],
    _ make: (Row) throws -> Value
  ) throws -> Value? {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    return try statement.step() ? make(Row(statement: statement, intake: intake)) : nil
  }

  /// Runs constant statements once, without keeping them: the schema's, and pragmas, some of which take effect while they
  /// are prepared and so do nothing when a kept statement is run again.
  func runOnce(_ sql: String) throws {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(handle, code: code) }
  }

  /// The row number that the last INSERT gave.
  package var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

  /// Whether a transaction is open.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  private func prepared(_ sql: String) throws -> Statement {
    if let statement = statements[sql] { return statement }
    let statement = try Statement(sql, on: handle)
    statements[sql] = statement
    return statement
  }
}
