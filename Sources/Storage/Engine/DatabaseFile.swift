import CSQLite
import Glibc
import Outside
import Reporting
import Values

/// Opens the file of a `Database`: creates it, checks it before anything is written to it, brings it up to date.
struct DatabaseFile {
  let path: String
  let migrations: [Migration]
  let intake: Intake

  /// How long a statement, and the switch to WAL, wait for other processes.
  static let patience = Duration.seconds(10)

  /// Files up to this size are checked page by page when opened: about a millisecond a megabyte.
  private static let checkedSize = 4 << 20

  /// - Throws: `SQLiteError`, or `Failure(.storeFailure)` for a file that must not be touched.
  func open() throws -> Connection {
    if path != ":memory:" { try createIfMissing() }
    return try waitingForOthers {
      let patience = Int32(Self.patience.components.seconds * 1000)
      let connection = try Connection(path: path, busyTimeout: patience, intake: intake)
      try inspect(connection)
      try useWriteAheadLog(connection)
      try migrate(connection)
      return connection
    }
  }

  /// Refuses a damaged, foreign or newer file. Only reads.
  private func inspect(_ connection: Connection) throws {
    let tables = try connection.query("SELECT name FROM sqlite_schema WHERE type = 'table'") { row in
      try row.value("name", as: String.self)
    }
    guard !tables.isEmpty else { return }
    guard tables.contains("migrations") else {
      throw Failure.damagedStore(path: path, reason: "it is the database of another program")
    }
    // Characters: names of our own.
    let known = Set(migrations.map(\.name))
    // Characters: names of our own, or of a newer version of us.
    if let newer = try applied(connection).first(where: { !known.contains($0) }) {
      throw Failure.newerStore(path: path, migration: newer)
    }
    var attributes = stat()
    guard stat(path, &attributes) == 0, attributes.st_size <= Self.checkedSize else { return }
    let verdict = try connection.first("SELECT quick_check AS verdict FROM pragma_quick_check(1)") { row in
      try row.value("verdict", as: String.self)
    }
    if let verdict, verdict != "ok" { throw Failure.damagedStore(path: path, reason: verdict) }
  }

  /// The log lets readers and a writer work at the same time. Some file systems have none; those do without.
  private func useWriteAheadLog(_ connection: Connection) throws {
    try connection.runOnce("PRAGMA journal_mode = WAL")
  }

  private func applied(_ connection: Connection) throws -> [String] {
    try connection.query("SELECT name FROM migrations ORDER BY number") { row in try row.value("name") }
  }

  private func migrate(_ connection: Connection) throws {
    guard try isBehind(connection) else { return }
    try connection.execute("BEGIN IMMEDIATE")
    do {
      try connection.runOnce(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT"
      )
      // Asked again: another process may have been first.
      let done = Set(try applied(connection).map(\.bytes))
      for migration in migrations where !done.contains(migration.name.bytes) {
        try connection.runOnce(migration.sql)
        try connection.execute("INSERT INTO migrations (name) VALUES (:name)", ["name": migration.name])
      }
      try connection.execute("COMMIT")
    } catch {
      if connection.isInTransaction { _ = try? connection.execute("ROLLBACK") }
      throw error
    }
  }

  private func isBehind(_ connection: Connection) throws -> Bool {
    let recorded = try connection.first("SELECT 1 AS found FROM sqlite_schema WHERE name = 'migrations'") { _ in true }
    guard recorded == true else { return true }
    return try applied(connection).count < migrations.count
  }

  /// Two processes that turn a new file into WAL at once get SQLITE_BUSY without any wait, whatever the timeout.
  private func waitingForOthers<Result>(_ body: () throws -> Result) throws -> Result {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      do {
        return try body()
      } catch let error as SQLiteError where error.isBusy && ContinuousClock.now < deadline {
        // The storage thread is ours to block; the spread keeps waiting processes from meeting again.
        usleep(.random(in: 1_000...10_000))
      }
    }
  }

  private func createIfMissing() throws {
    guard access(path, F_OK) != 0 else { return }
    try Directory.create(parentOf: path)
    // mknod, not open: closing a descriptor of a file drops every lock that SQLite holds on it in this process.
    guard mknod(path, S_IFREG | 0o600, 0) == 0 || errno == EEXIST else {
      throw Failure(
        .storeFailure,
        "The state file \(path) could not be created: \(String(cString: strerror(errno))).",
        hint: "Check the permissions of its directory, or choose another state directory.",
        details: ["path": path]
      )
    }
  }
}
