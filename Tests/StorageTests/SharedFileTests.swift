import FoundationEssentials
import Testing

@testable import Storage

/// Several servers on one file lose nothing and are never refused.
@Suite struct SharedFileTests {
  @Test func instancesThatStartTogetherLoseNothing() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let rounds = 150
      try await withThrowingTaskGroup { group in
        for server in 0..<4 {
          group.addTask {
            let store = PodStore(Database(path: path))
            for round in 0..<rounds {
              let record = try await store.insert(.sample(intent: "\(server)-\(round)"))
              try await store.update(number: record.number) { $0.gpuCount += 1 }
              // Everyone adds to the same row: a lost update would show.
              try await store.update(number: 1) { $0.gpuCount += 1 }
            }
          }
        }
        try await group.waitForAll()
      }
      let rows = try await PodStore(Database(path: path)).page(status: nil, before: nil, limit: .max)
      #expect(rows.count == 4 * rounds)
      #expect(rows.map(\.gpuCount).reduce(0, +) == 4 * rounds * 3)
    }
  }

  /// Eight servers at once, each a process of its own.
  @Test func processesLoseNothingAndAreNeverRefused() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let store = PodStore(Database(path: path))
      _ = try await store.insert(.sample(intent: "shared"))
      let writers = try (0..<8).map {
        try OtherProcess(OtherProcess.path(of: "books-writer"), [path, "\($0)", "1250"])
      }
      let counts = writers.map { $0.readLine().split(separator: " ").compactMap { Int($0) } }
      for writer in writers { #expect(writer.wait() == 0) }
      #expect(counts.map(\.count) == Array(repeating: 2, count: 8))
      let rows = try await store.page(status: "running", before: nil, limit: .max)
      #expect(rows.count == counts.reduce(0) { $0 + $1[0] })
      #expect(Set(rows.compactMap(\.podId)).count == rows.count { $0.podId != nil })
      #expect(try await store.find(intent: "shared")?.gpuCount == 1 + counts.reduce(0) { $0 + $1[1] })
    }
  }

  /// Processes of another program, which know nothing of our waiting, write at the same time.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
  func otherProcessesLoseNothingEither() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/state.sqlite"
      let store = PodStore(Database(path: path))
      _ = try await store.insert(.sample(intent: "shared"))
      let script = """
        import sqlite3, sys
        c = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
        for i in range(200):
            c.execute("BEGIN IMMEDIATE")
            c.execute("UPDATE pods SET gpu_count = gpu_count + 1 WHERE number = 1")
            c.execute("COMMIT")
        """
      let processes = try (0..<3).map { _ in try OtherProcess("/usr/bin/python3", ["-c", script, path]) }
      for _ in 0..<200 { try await store.update(number: 1) { $0.gpuCount += 1 } }
      for process in processes { #expect(process.wait() == 0) }
      #expect(try await store.find(intent: "shared")?.gpuCount == 801)
    }
  }
}
