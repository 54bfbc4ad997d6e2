import FoundationEssentials
import Reporting
import Testing

@testable import Storage

@Suite struct PodStoreTests {
  private let store = PodStore(.inMemory())

  @Test func everyFieldComesBack() async throws {
    var record = PodRecord.sample(intent: "name with \0 and 'quotes'", terminateAfter: Date(timeIntervalSince1970: 5))
    record.podId = "abc"
    record.desiredStatus = "RUNNING"
    record.costPerHour = 0.25
    record.host = "203.0.113.9"
    record.sshPort = 10022
    record.machineId = ""
    record.lastStatusChange = "Rented by User"
    record.cloudType = "SECURE"
    record.dataCenterId = "EU-RO-1"
    record.volumeInGb = 20
    record.stopAfter = Date(timeIntervalSince1970: 4)
    record.idleTimeout = 90.5
    record.maxCost = 3
    record.spent = 0.25
    record.meteredSince = Date(timeIntervalSince1970: 3)
    record.spentUp = Date(timeIntervalSince1970: 6)
    record.keeper = "pod"
    record.heldUntil = Date(timeIntervalSince1970: 7)
    record = try await store.insert(record)
    #expect(record.number == 1)
    #expect(try await store.find(podId: "abc") == record)
    try await store.update(number: 1) { $0.host = nil }
    record.host = nil
    #expect(try await store.find(podId: "abc") == record)
  }

  @Test func pagesNewestFirst() async throws {
    for number in 1...7 {
      _ = try await store.insert(.sample(intent: "\(number)", status: number.isMultiple(of: 2) ? "running" : "stopped"))
    }
    #expect(try await store.page(status: nil, before: nil, limit: 3).map(\.name) == ["7", "6", "5"])
    #expect(try await store.page(status: nil, before: 5, limit: 3).map(\.name) == ["4", "3", "2"])
    #expect(try await store.page(status: "running", before: 6, limit: 3).map(\.name) == ["4", "2"])
  }

  @Test func anIntentIsUsedOnce() async throws {
    _ = try await store.insert(.sample(intent: "same"))
    await #expect(throws: Failure.self) { _ = try await store.insert(.sample(intent: "same")) }
  }

  @Test func aPodThatIsInTheBooksIsNotWrittenTwice() async throws {
    let first = try await store.insert(.sample(intent: nil, podId: "abc"))
    #expect(try await store.insert(.sample(intent: nil, podId: "abc")) == first)
  }

  @Test func knowsWhatIsDue() async throws {
    let now = Date(timeIntervalSince1970: 1000)
    _ = try await store.insert(.sample(intent: "past", terminateAfter: now - 10))
    _ = try await store.insert(.sample(intent: "gone", isLive: false, terminateAfter: now - 10))
    _ = try await store.insert(.sample(intent: "later", terminateAfter: now + 60))
    _ = try await store.insert(.sample(intent: "never"))
    let (due, next) = try await store.due(at: now)
    #expect(due.map(\.name) == ["past"])
    #expect(next == now + 60)
  }

  @Test func aTransactionThatFailsLeavesNothing() async throws {
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await store.update { desk in
        _ = try desk.insert(.sample(intent: "a"))
        throw Stop()
      }
    }
    #expect(try await store.find(intent: "a") == nil)
  }

  /// Whatever else the machine does meanwhile, the best of many tries tells whether there is an index: without one, each of
  /// these reads all rows.
  @Test func staysQuickWithManyPods() async throws {
    let database = Database.inMemory()
    let store = PodStore(database)
    _ = try await store.insert(.sample(intent: "0", podId: "p0", isLive: false))
    _ = try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO pods (intent, pod_id, name, status, status_since, is_live, image_name, gpu_type_id, gpu_count,
          interruptible, request, terminate_after, created, updated)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
        SELECT i, 'p' || i, i, status, status_since, is_live, image_name, gpu_type_id, gpu_count, interruptible,
          request, i, created, updated FROM n, pods WHERE pods.number = 1
        """
      )
    }
    func best(_ body: () async throws -> Void) async throws -> Duration {
      var best = Duration.seconds(60)
      for _ in 0..<20 { best = min(best, try await ContinuousClock().measure { try await body() }) }
      return best
    }
    let figures = try await [
      "page": best { _ = try await store.page(status: "pending", before: 50_000, limit: 100) },
      "find": best { _ = try await store.find(podId: "p50000") },
      "update": best { _ = try await store.update(number: 50_000) { $0.gpuCount += 1 } },
      "due": best { _ = try await store.due(at: .now) },
      "live": best { _ = try await store.live() },
    ]
    for (name, figure) in figures { #expect(figure < .milliseconds(name == "page" ? 25 : 5), "\(name)") }
  }
}
