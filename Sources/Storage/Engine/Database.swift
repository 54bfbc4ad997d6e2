import CSQLite
import Concurrency
import Reporting
import Values

/// The state file: one SQLite connection on one thread, shared safely with other processes.
///
/// The file is opened, checked and migrated at its first use. Every transaction waits for those of other processes.
package final class Database: Sendable {
  /// Right before or right after a writing transaction.
  package enum WriteMoment: Sendable { case before, after }

  package let path: String
  private let thread: SerialThread<DatabaseWorker>
  private let witness: (@Sendable (WriteMoment) async throws -> Void)?

  /// - Parameters:
  ///   - path: The file. Its directory is created (0700) at first use, and so is the file (0600).
  ///   - migrations: All that this version knows, oldest first.
  ///   - witness: Called before and after each writing transaction, for tests in which a process dies or the disk is full there.
  ///   - notice: Gets a warning of each value that is left out because it is not what it should be.
  package init(
    path: String,
    migrations: [Migration] = Migration.all,
    witness: (@Sendable (WriteMoment) async throws -> Void)? = nil,
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.path = path
    self.witness = witness
    let intake = Intake("The state file \(path)", notice: notice)
    thread = SerialThread(name: "storage") { DatabaseWorker(path: path, migrations: migrations, intake: intake) }
  }

  /// A database that lives and dies with this object, for tests.
  package static func inMemory(migrations: [Migration] = Migration.all) -> Database {
    Database(path: ":memory:", migrations: migrations)
  }

  /// Opens, checks and migrates the file now instead of at its first use.
  ///
  /// - Throws: `Failure(.storeFailure)` that names the file, which is left as it was, when it is damaged, not ours, or
  ///   written by a newer version.
  package func open() async throws {
    try await thread.run { _ = try $0.opened() }
  }

  /// Runs `body` in a transaction that sees one state of the file.
  ///
  /// - Throws: What `body` throws; `Failure(.storeFailure)` when the file cannot be used, `.busy` when others hold it for long.
  package func read<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    try await thread.run { try $0.transact("BEGIN", body) }
  }

  /// Runs `body` in a transaction that is alone in writing. What it did is undone when it throws.
  ///
  /// - Parameter flushed: Whether the disk must have it before this returns, so that it survives a power cut. Without,
  ///   it survives every death of a process.
  /// - Throws: What `body` throws; `Failure(.storeFailure)` when the file cannot be used, `.busy` when others hold it for long.
  package func write<Result: Sendable>(
    flushed: Bool = false,
    _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    try await witness?(.before)
    // IMMEDIATE: a transaction that starts reading and then writes would be refused without any wait.
    let result = try await thread.run { try $0.transact("BEGIN IMMEDIATE", flushed: flushed, body) }
    try await witness?(.after)
    return result
  }

  /// Closes the file after what was asked before; a later use opens it again.
  package func close() async {
    // Nothing in the job throws.
    try? await thread.run { $0.close() }
  }
}
