import CSQLite
import FoundationEssentials
import Reporting
import Testing

@testable import Storage

/// What happens to the state file at its first use.
@Suite struct DatabaseFileTests {
  @Test func createsDirectoryAndFileForTheirOwnerOnly() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/deep/er/state.sqlite"
      try await Database(path: path).open()
      #expect(try permissions("\(directory)/deep") == 0o700)
      #expect(try permissions("\(directory)/deep/er") == 0o700)
      #expect(try permissions(path) == 0o600)
    }
  }

  @Test func keepsWhatWasWritten() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let written = try await PodStore(Database(path: path)).insert(.sample(intent: "a"))
      #expect(try await PodStore(Database(path: path)).find(intent: "a") == written)
    }
  }

  @Test(arguments: ["this is not a database, but a letter to the reader, and long enough to have a header", "{}"])
  func leavesAForeignFileUntouched(text: String) async throws {
    try await expectUntouched(Data(text.utf8))
  }

  @Test func leavesADamagedFileUntouched() async throws {
    var bytes = try await sampleFile()
    for offset in stride(from: 4096, to: bytes.count, by: 7) { bytes[offset] ^= 0x5a }
    try await expectUntouched(bytes)
  }

  @Test func leavesATruncatedFileUntouched() async throws {
    let bytes = try await sampleFile()
    try await expectUntouched(bytes.prefix(bytes.count / 2))
  }

  @Test func leavesTheDatabaseOfAnotherProgramUntouched() async throws {
    let foreign = try await withTemporaryDirectory { directory in
      let path = "\(directory)/foreign.sqlite"
      try sqlite(path, "CREATE TABLE bookmarks (url TEXT)")
      return try Data(contentsOf: URL(filePath: path))
    }
    let failure = try await expectUntouched(foreign)
    #expect(failure.message.contains("another program"))
  }

  @Test func refusesANewerFile() async throws {
    let newer = Migration.all + [Migration("2031-01-01 moon pods", "CREATE TABLE moon (x INTEGER)")]
    let failure = try await expectUntouched(try await sampleFile(migrations: newer))
    #expect(failure.message.contains("newer"))
    #expect(failure.details["migration"] == "2031-01-01 moon pods")
  }

  @Test func bringsAnOlderFileUpToDate() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let old = Database(path: path, migrations: [.pods])
      _ = try await old.write { connection in
        try connection.execute(
          """
          INSERT INTO pods (intent, name, status, status_since, is_live, image_name, gpu_type_id, gpu_count,
            interruptible, request, created, updated)
          VALUES ('a', 'a', 'running', 0, 1, 'x', 'y', 1, 1, '{}', 0, 0)
          """
        )
      }
      await old.close()
      let database = Database(path: path)
      #expect(try await PodStore(database).find(intent: "a") != nil)
      #expect(try await WorkflowStore(database).list().workflows.isEmpty)
    }
  }

  @Test func saysThatItsDirectoryCannotBeMade() async throws {
    let failure = await #expect(throws: Failure.self) { try await Database(path: "/proc/nowhere/state.sqlite").open() }
    #expect(failure?.kind == .storeFailure)
    #expect(failure?.message.contains("/proc/nowhere") == true)
  }

  /// The bytes of a state file with some rows, after it was closed.
  private func sampleFile(migrations: [Migration] = Migration.all) async throws -> Data {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let database = Database(path: path, migrations: migrations)
      try await database.open()
      for number in 0..<200 { _ = try await PodStore(database).insert(.sample(intent: "pod-\(number)")) }
      await database.close()
      return try Data(contentsOf: URL(filePath: path))
    }
  }

  @discardableResult
  private func expectUntouched(_ bytes: Data) async throws -> Failure {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      try bytes.write(to: URL(filePath: path))
      let database = Database(path: path)
      let failure = await #expect(throws: Failure.self) {
        _ = try await PodStore(database).insert(.sample(intent: "new"))
      }
      await database.close()
      #expect(failure?.kind == .storeFailure)
      #expect(failure?.message.contains(path) == true)
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
      return try #require(failure)
    }
  }

  private func permissions(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func sqlite(_ path: String, _ sql: String) throws {
    var handle: OpaquePointer?
    #expect(sqlite3_open(path, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
  }
}
