import FoundationEssentials
import Testing

@testable import Storage

@Suite struct WorkflowStoreTests {
  private let store = WorkflowStore(.inMemory())
  private let time = Date(timeIntervalSince1970: 1_800_000_100)

  @Test func everyFieldComesBack() async throws {
    var expected = WorkflowRecord.sample("w2", owner: "me")
    expected.parent = "w1"
    try await store.insert(.sample("w1"))
    try await store.insert(expected)
    expected.state = "failed"
    expected.steps = "[1]"
    expected.result = "{}"
    expected.error = "{\"kind\":\"timeout\"}"
    expected.owner = "you"
    expected.wish = "cancel"
    let changed = try await store.update("w2", at: time) { [expected] record in
      record = expected
      return []
    }
    expected.updated = time
    #expect(changed == expected)
    #expect(try await store.get("w2") == expected)
    #expect(try await store.get("w3") == nil)
  }

  @Test func aRefusedChangeChangesNothing() async throws {
    try await store.insert(.sample("w1"))
    let changed = try await store.update("w1", at: time) { record in
      record.state = "failed"
      return nil
    }
    #expect(changed == nil)
    #expect(try await store.get("w1") == .sample("w1"))
    #expect(try await store.update("nobody", at: time) { _ in ["lost"] } == nil)
    #expect(try await store.events("nobody").isEmpty)
  }

  @Test func eventsAreNumberedWithinTheirWorkflow() async throws {
    try await store.insert(.sample("w1"), events: ["a"])
    try await store.insert(.sample("w2"), events: ["x"])
    try await store.update("w1", at: time) { record in
      record.state = "failed"
      return ["b", "c"]
    }
    try await store.update("w1", flushed: false, at: time) { _ in ["d"] }
    #expect(try await store.events("w1").map(\.payload) == ["a", "b", "c", "d"])
    #expect(try await store.events("w1").map(\.sequence) == [1, 2, 3, 4])
    #expect(try await store.events("w1", after: 1, limit: 1).map(\.sequence) == [2])
    #expect(try await store.events("w1", after: 4).isEmpty)
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

  @Test func partsAreListedWithTheirWholeOnly() async throws {
    try await store.insert(.sample("w1"))
    for id in ["w1.1", "w1.2"] {
      var part = WorkflowRecord.sample(id)
      part.parent = "w1"
      try await store.insert(part)
    }
    #expect(try await store.parts(of: "w1").map(\.id) == ["w1.1", "w1.2"])
    #expect(try await store.list().workflows.map(\.id) == ["w1"])
    #expect(try await store.list(state: "running").workflows.map(\.id) == ["w1"])
    #expect(try await store.unfinished().map(\.id) == ["w1"])
  }

  @Test func wishesAreFoundByTheOwner() async throws {
    for id in ["w1", "w2"] { try await store.insert(.sample(id, owner: "me")) }
    try await store.update("w2", at: time) { record in
      record.wish = "cancel"
      return []
    }
    #expect(try await store.wishes(for: "me") == ["w2"])
    #expect(try await store.wishes(for: "you").isEmpty)
  }

  @Test func aWorkflowIsTakenOverOnce() async throws {
    try await store.insert(.sample("w1", owner: "dead"))
    let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask { [store, time] in
          try await store.update("w1", at: time) { record in
            guard record.owner == "dead" else { return nil }
            record.owner = "server\(number)"
            return ["taken over"]
          } != nil
        }
      }
      return try await group.reduce(into: 0) { count, taken in count += taken ? 1 : 0 }
    }
    #expect(taken == 1)
    #expect(try await store.events("w1").count == 1)
  }
}
