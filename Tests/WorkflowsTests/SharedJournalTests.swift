import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// Several servers on one journal: nothing is done twice, and each can see and cancel what another one runs.
@Suite struct SharedJournalTests {
  /// A server that stands still before the runner is installed, until it is cancelled, and a workflow of its.
  private func held(_ bench: Bench) async throws -> (server: Server, id: String) {
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
    return (server, id)
  }

  @Test func whatALivingServerRunsIsNotTakenOver() async throws {
    try await withBench { bench in
      let (_, id) = try await held(bench)
      let other = try bench.server()
      for mode in RecoveryMode.allCases { await other.manager.recover(mode) }
      #expect(try await other.manager.get(id).state == .running)
      #expect(try await other.manager.resume(id).state == .running)
      let effects = await other.process.moments.map(\.effect)
      #expect(effects.allSatisfy { $0 == "write" })
      _ = try await other.manager.cancel(id)
    }
  }

  @Test func anyServerCanCancelAndFollow() async throws {
    try await withBench { bench in
      let (_, id) = try await held(bench)
      let other = try bench.server()
      async let followed = other.manager.wait(id, timeout: nil, progress: .silent)
      let cancelled = try await other.manager.cancel(id)
      #expect(cancelled.state == .cancelled)
      #expect(try await followed.state == .cancelled)
      #expect(cancelled.error?.details["cleaned"] == "pod pod1")
      try await bench.check("cancelled by another server")
    }
  }

  @Test func manyServersTakeOverOnce() async throws {
    try await withBench { bench in
      let (server, id) = try await held(bench)
      await server.process.kill()
      await server.bury()
      // All have seen that it has no owner before the first one takes it.
      let arrived = Locked(0)
      let others = try (0..<4).map { _ in
        try bench.server(plan: { moment in
          guard moment.number == 1 else { return .go }
          return .meanwhile {
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 < 4 }) { await Task.yield() }
          }
        })
      }
      await withTaskGroup { group in
        for other in others { group.addTask { await other.manager.recover(.resume) } }
      }
      let ends = try await withThrowingTaskGroup { group in
        for other in others {
          group.addTask { try await other.manager.wait(id, timeout: nil, progress: .silent).state }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(ends) == [.succeeded])
      let events = try await others[0].manager.events(id, after: 0, limit: 1000).events
      #expect(events.count { $0.type == .resumed } == 1)
      try await bench.check("four at once")
    }
  }

  /// Whoever waits for a workflow whose server dies is told, and can go on with it.
  @Test func aDeathIsNoticedByThoseWhoWait() async throws {
    try await withBench { bench in
      let (server, id) = try await held(bench)
      let other = try bench.server()
      async let waited = other.manager.wait(id, timeout: nil, progress: .silent)
      await server.process.kill()
      await server.bury()
      #expect(try await waited.state == .interrupted)
      _ = try await other.manager.resume(id)
      #expect(try await other.manager.wait(id, timeout: nil, progress: .silent).state == .succeeded)
      try await bench.check("resumed")
    }
  }

  @Test func aWishOutlivesItsServer() async throws {
    try await withBench { bench in
      let (server, id) = try await held(bench)
      try await server.manager.journal.wishCancellation(id)
      await server.process.kill()
      await server.bury()
      #expect(try await bench.recover(.ask) == .cancelled)
      try await bench.check("cancelled after death")
    }
  }

  @Test func withoutAKeyWhatWasLeftStays() async throws {
    try await withBench { bench in
      let (server, id) = try await held(bench)
      await server.process.kill()
      await server.bury()
      let other = try bench.server()
      other.world.hasKey.withLock { $0 = false }
      await other.manager.recover(.undo)
      #expect(try await other.manager.get(id).state == .interrupted)
      let failure = await #expect(throws: Failure.self) { try await other.manager.resume(id) }
      #expect(failure?.kind == .environmentIncomplete)
      other.world.hasKey.withLock { $0 = true }
      #expect(try await other.manager.cancel(id).state == .cancelled)
      try await bench.check("cancelled with a key")
    }
  }
}
