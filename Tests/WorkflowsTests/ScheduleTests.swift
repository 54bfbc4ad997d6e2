import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// Servers that die one after the other, in the middle of whatever they are doing, while calls fail and people cancel.
@Suite struct ScheduleTests {
  @Test(arguments: 0..<4) func noScheduleLeavesAnythingHalfDone(part: Int) async throws {
    let seeds = stride(from: part * 40 + Rehearsal.firstPoint, through: (part + 1) * 40, by: Rehearsal.stride)
    for seed in seeds { try await run(seed: seed) }
  }

  private func run(seed: Int) async throws {
    try await withBench { bench in
      var dice = Dice(seed: UInt64(seed))
      await bench.account.set { $0.portDelay = 6 }
      let requests = try await requests(bench, &dice)
      for life in 0..<Int.random(in: 1...3, using: &dice) {
        let mode: RecoveryMode = dice.once(in: 3) ? .undo : .resume
        let isCancelling = dice.once(in: 3)
        let requests = life == 0 ? requests : []
        try await live(
          bench,
          lastPoint: .random(in: 1...160, using: &dice),
          faultAt: .random(in: 1...200, using: &dice)
        ) {
          server in
          await server.manager.recover(mode)
          for request in requests { _ = try await server.manager.start(request) }
          for id in try await bench.allIDs() {
            // A teardown that is cancelled is half done by wish.
            let isReversible = try await server.manager.get(id).kind != .teardownRunner
            if isCancelling, isReversible { _ = try await server.manager.cancel(id) }
            _ = try await server.manager.wait(id, timeout: nil, progress: .silent)
          }
        }
      }
      _ = try await bench.recover(.resume)
      try await bench.check("seed \(seed)")
    }
  }

  /// What to start, and before it what there is to tear down.
  private func requests(_ bench: Bench, _ dice: inout Dice) async throws -> [WorkflowRequest] {
    var requests: [WorkflowRequest] = []
    for _ in 0..<Int.random(in: 1...2, using: &dice) {
      switch Int.random(in: 0..<4, using: &dice) {
      case 0, 1: requests.append(.setupRunner(.sample()))
      case 2: requests.append(.setupFleet(FleetSetup(members: [.sample(), .sample()])))
      default:
        guard let result = try await bench.done(.setupRunner(.sample())).setupResult else { continue }
        let teardown = RunnerTeardown(podId: result.podId, repoUrl: result.repoUrl, runnerName: result.runnerName)
        requests.append(.teardownRunner(teardown))
      }
    }
    return requests
  }

  /// The life of one server, from `work` to its death or to the end of `work`.
  private func live(
    _ bench: Bench,
    lastPoint: Int,
    faultAt: Int,
    _ work: @escaping @Sendable (Server) async throws -> Void
  ) async throws {
    let (ends, end) = AsyncStream<Void>.makeStream()
    let server = try bench.server(onDeath: { end.yield() }) { moment in
      if moment.number == lastPoint { return .die }
      guard moment.number == faultAt, let fault = FaultMatrixTests.faults(of: moment).first else { return .go }
      return .fail(fault)
    }
    Task {
      defer { end.yield() }
      try await work(server)
    }
    for await _ in ends { break }
    await server.process.kill()
    await server.bury()
  }
}
