import Concurrency
import Testing

@Suite struct ConcurrentMapTests {
  @Test(arguments: [1, 3, 100]) func keepsTheOrderAndTheLimit(limit: Int) async throws {
    let running = Locked((now: 0, most: 0))
    let doubled = try await concurrentMap(Array(0..<20), limit: limit) { item in
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      await Task.yield()
      running.withLock { $0.now -= 1 }
      return item * 2
    }
    #expect(doubled == (0..<20).map { $0 * 2 })
    #expect(running.withLock { $0.most } <= limit)
  }

  @Test func theFirstErrorEndsTheRest() async {
    await #expect(throws: CancellationError.self) {
      try await concurrentMap([true, false], limit: 2) { fails in
        if fails { throw CancellationError() }
        try await Task.sleep(for: .seconds(1000))
      }
    }
  }
}
