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
}
