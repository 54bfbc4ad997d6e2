import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

@Suite struct FollowingTests {
  @Test func everyEventComesOnceAndInOrder() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let id = try await server.manager.start(.setupRunner(.sample())).id
      let late = Locked<[Int]>([])
      let heard = Locked<[WorkflowEvent]>([])
      let workflow = try await server.manager.follow(id, after: 0) { event in
        heard.withLock { $0.append(event) }
        // Somebody who comes later hears the rest.
        guard event.sequence == 3 else { return }
        try await server.manager.follow(id, after: 3) { event in late.withLock { $0.append(event.sequence) } }
      }
      let events = heard.withLock { $0 }
      #expect(workflow.state == .succeeded && events.map(\.sequence) == Array(1...events.count))
      #expect(late.withLock { $0 } == Array(4...events.count))
      #expect(events.first?.type == .started && events.last?.type == .finished)
      #expect(events.filter { $0.type == .step }.map { $0.state } == (0..<5).flatMap { _ in ["running", "succeeded"] })
    }
  }

  @Test func eventsAreReadInPages() async throws {
    try await withBench { bench in
      let workflow = try await bench.done(.setupRunner(.sample()))
      let server = try bench.server()
      var cursor = 0
      var sequences: [Int] = []
      var isComplete = false
      while !isComplete {
        let page = try await server.manager.events(workflow.id, after: cursor, limit: 4)
        sequences += page.events.map(\.sequence)
        (cursor, isComplete) = (page.nextCursor, page.isComplete)
      }
      #expect(sequences == Array(1...sequences.count) && sequences.count > 8)
      let failure = await #expect(throws: Failure.self) { try await server.manager.events("no", after: 0, limit: 1) }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test func aWaitThatIsGivenUpTouchesNothing() async throws {
    try await withBench { bench in
      let (arrivals, arrival) = AsyncStream<Void>.makeStream()
      let server = try bench.server(plan: { moment in
        guard moment.effect == "pod connect", moment.side == .before else { return .go }
        return .meanwhile {
          arrival.yield()
          try? await Task.sleep(for: .seconds(3600))
        }
      })
      let id = try await server.manager.start(.setupRunner(.sample())).id
      for await _ in arrivals { break }
      let wait = Task { try await server.manager.wait(id, timeout: nil, progress: .silent) }
      wait.cancel()
      await #expect(throws: CancellationError.self) { try await wait.value }
      let failure = await #expect(throws: Failure.self) {
        try await server.manager.wait(id, timeout: .seconds(1), progress: .silent)
      }
      #expect(failure?.kind == .timeout && failure?.details["workflowId"] == id)
      #expect(try await server.manager.get(id).state == .running)
      await server.manager.close()
      #expect(try await server.manager.get(id).state == .interrupted)
      #expect(await bench.account.pods.count == 1)
    }
  }

  @Test func theJournalIsListedInPages() async throws {
    try await withBench { bench in
      var ids: [String] = []
      for _ in 0..<3 { ids.append(try await bench.done(.setupRunner(.sample())).id) }
      let server = try bench.server()
      let first = try await server.manager.list(state: nil, limit: 2, cursor: nil)
      let second = try await server.manager.list(state: .succeeded, limit: 2, cursor: first.nextCursor)
      #expect((first.workflows + second.workflows).map(\.id) == ids.reversed())
      #expect(second.nextCursor == nil)
      #expect(try await server.manager.list(state: .failed, limit: 2, cursor: nil).workflows.isEmpty)
    }
  }

  @Test func whatIsOverStaysAsItIs() async throws {
    try await withBench { bench in
      let done = try await bench.done(.setupRunner(.sample()))
      let server = try bench.server()
      let cancelled = try await server.manager.cancel(done.id)
      #expect(cancelled.state == .succeeded && cancelled.updated == done.updated)
      let failure = await #expect(throws: Failure.self) { try await server.manager.resume(done.id) }
      #expect(failure?.kind == .conflict)
      let unknown = await #expect(throws: Failure.self) { try await server.manager.cancel("nobody") }
      #expect(unknown?.kind == .notFound)
      #expect(await bench.account.pods.count == 1)
    }
  }
}
