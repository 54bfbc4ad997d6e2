import FoundationEssentials
import Testing

@testable import Storage

@Suite struct WorkflowStoreTests {
  private let store = WorkflowStore(.inMemory())
  private let time = Date(timeIntervalSince1970: 1_800_000_100)

  @Test func everyFieldComesBack() async throws {
    try await store.insert(.sample("w1", owner: "me"))
    try await store.update("w1", state: "failed", steps: "[1]", result: "{}", error: "{\"kind\":\"timeout\"}", at: time)
    var expected = WorkflowRecord.sample("w1", state: "failed", owner: "me")
    expected.steps = "[1]"
    expected.result = "{}"
    expected.error = "{\"kind\":\"timeout\"}"
    expected.updated = time
    #expect(try await store.get("w1") == expected)
    #expect(try await store.get("w2") == nil)
  }

  @Test func whatIsNotGivenStays() async throws {
    try await store.insert(.sample("w1"))
    try await store.update("w1", steps: "[1,2]", at: time)
    try await store.update("w1", state: "succeeded", at: time)
    let record = try await store.get("w1")
    #expect(record?.steps == "[1,2]")
    #expect(record?.state == "succeeded")
  }

  @Test func eventsAreNumberedWithinTheirWorkflow() async throws {
    try await store.insert(.sample("w1"))
    try await store.insert(.sample("w2"))
    #expect(try await store.appendEvent("w1", payload: "a", at: time) == 1)
    #expect(try await store.appendEvent("w2", payload: "x", at: time) == 1)
    #expect(try await store.update("w1", state: "failed", event: "b", at: time) == 2)
    #expect(try await store.appendEvent("w1", payload: "c", at: time) == 3)
    #expect(try await store.events("w1").map(\.payload) == ["a", "b", "c"])
    #expect(try await store.events("w1", after: 1, limit: 1).map(\.sequence) == [2])
    #expect(try await store.events("w1", after: 3).isEmpty)
  }

  @Test func anUnknownWorkflowHasNoEvents() async throws {
    #expect(try await store.update("nobody", event: "lost", at: time) == nil)
    #expect(try await store.events("nobody").isEmpty)
  }

  @Test func pagesNewestFirst() async throws {
    for number in 1...5 {
      try await store.insert(.sample("w\(number)", state: number == 3 ? "failed" : "running"))
    }
    let first = try await store.list(limit: 2)
    #expect(first.workflows.map(\.id) == ["w5", "w4"])
    let second = try await store.list(cursor: first.nextCursor, limit: 3)
    #expect(second.workflows.map(\.id) == ["w3", "w2", "w1"])
    #expect(second.nextCursor == nil)
    #expect(try await store.list(state: "failed").workflows.map(\.id) == ["w3"])
    #expect(try await store.unfinished().map(\.id) == ["w1", "w2", "w4", "w5"])
  }

  @Test func aWorkflowIsTakenOverOnce() async throws {
    try await store.insert(.sample("w1", owner: "dead"))
    let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask { [store, time] in try await store.claim("w1", from: "dead", for: "server\(number)", at: time) }
      }
      return try await group.reduce(into: 0) { count, taken in count += taken ? 1 : 0 }
    }
    #expect(taken == 1)
  }
}
