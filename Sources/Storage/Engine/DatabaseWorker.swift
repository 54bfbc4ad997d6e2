import CSQLite
import Concurrency
import Glibc
import Outside
import Reporting
import Values

/// What the storage thread owns: keeps the connection and runs transactions on it.
struct DatabaseWorker {
  private let path: String
  private let migrations: [Migration]
  private let intake: Intake
  private var connection: Connection?
  private var synchronous = ""

  init(path: String, migrations: [Migration], intake: Intake) {
    self.path = path
    self.migrations = migrations
    self.intake = intake
  }

  mutating func close() { connection = nil }

  mutating func opened() throws -> Connection {
    if let connection { return connection }
    do {
      let connection = try DatabaseFile(path: path, migrations: migrations, intake: intake).open()
      self.connection = connection
      synchronous = ""
      return connection
    } catch let error as SQLiteError {
      throw Failure(error, path: path)
    }
  }

  mutating func transact<Result>(
    _ begin: String,
    flushed: Bool = false,
    _ body: (Connection) throws -> Result
  ) throws -> Result {
    let connection = try opened()
    do {
      try setSynchronous(flushed ? "FULL" : "NORMAL", on: connection)
      try connection.execute(begin)
      do {
        let result = try body(connection)
        try connection.execute("COMMIT")
        return result
      } catch {
        // The error that is thrown is the one to tell of; SQLite may have rolled back already.
        if connection.isInTransaction { _ = try? connection.execute("ROLLBACK") }
        throw error
      }
    } catch let error as SQLiteError {
      throw Failure(error, path: path)
    }
  }

  /// NORMAL loses nothing when a process dies and never damages the file; only a power cut can take the last commits,
  /// and a flush for each commit costs ten times the time. Writes that must survive that as well ask for FULL.
  private mutating func setSynchronous(_ mode: String, on connection: Connection) throws {
    guard synchronous.bytes != mode.bytes else { return }
    try connection.runOnce("PRAGMA synchronous = \(mode)")
    synchronous = mode
  }
}
