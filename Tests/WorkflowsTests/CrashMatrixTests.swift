import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// A server dies right before or right after every write and every effect of a workflow; the next one finishes or undoes
/// what it left. The points are counted by the run itself, so that a new step is covered by being there.
@Suite struct CrashMatrixTests {
  enum End: Sendable { case died, finished }

  /// The state of the workflow that was started last, before and after the next server's recovery.
  struct Outcome: Sendable {
    let point: Int
    let before: WorkflowState
    let after: WorkflowState
  }

  @Test(arguments: Rehearsal.all, [RecoveryMode.resume, .undo])
  func everyWorkflowSurvivesDeath(rehearsal: Rehearsal, mode: RecoveryMode) async throws {
    let (outcomes, isReversible) = try await everyDeath(mode) { [try await rehearsal.request($0)] }
    for outcome in outcomes {
      // In a world without faults.
      let isUndone = isReversible && mode == .undo && !outcome.before.isOver
      #expect(outcome.after == (isUndone ? .cancelled : .succeeded), "point \(outcome.point)")
    }
  }

  @Test func noWorkflowIsLeftOut() async throws {
    for rehearsals in [Rehearsal.all, Rehearsal.short] {
      var rehearsed: Set<WorkflowKind> = []
      for rehearsal in rehearsals { rehearsed.insert(try await withBench { try await rehearsal.request($0).kind }) }
      #expect(rehearsed == Set(WorkflowCatalog.tested.definitions.map { $0.kind }))
    }
  }

  /// With deaths while it is being undone as well.
  @Test(arguments: [RecoveryMode.resume, .undo]) func aSetupThatFailsSurvivesDeath(mode: RecoveryMode) async throws {
    let (outcomes, _) = try await everyDeath(mode) { bench in
      await bench.site.set { $0.failures["start"] = "start the runner ended" }
      return [.setupRunner(.sample())]
    }
    #expect(!outcomes.contains { $0.after == .succeeded })
  }

  @Test func pairsSurviveDeath() async throws {
    _ = try await everyDeath(.resume) { bench in
      [.setupRunner(.sample()), try await Rehearsal.teardownRunner.request(bench)]
    }
  }

  /// Starts workflows and waits for their end, with a death at the first point, the second, …, until nobody dies.
  ///
  /// - Returns: What became of the one that was started last each time, and whether it can be undone.
  private func everyDeath(
    _ mode: RecoveryMode,
    of requests: (Bench) async throws -> [WorkflowRequest]
  ) async throws -> (outcomes: [Outcome], isReversible: Bool) {
    var outcomes: [Outcome] = []
    var isReversible = false
    var point = Rehearsal.firstPoint - Rehearsal.stride
    var end = End.died
    while end == .died {
      point += Rehearsal.stride
      let outcome: Outcome?
      (end, outcome) = try await withBench { bench in
        await bench.account.set { $0.portDelay = 6 }
        let requests = try await requests(bench)
        isReversible = requests.last.flatMap { WorkflowCatalog.tested[$0.kind]?.isReversible } == true
        let (ends, continuation) = AsyncStream<End>.makeStream()
        let server = try bench.server(onDeath: { continuation.yield(.died) }) { [point] moment in
          moment.number == point ? .die : .go
        }
        let work = Task {
          defer { continuation.yield(.finished) }
          var ids: [String] = []
          for request in requests { ids.append(try await server.manager.start(request).id) }
          for id in ids { _ = try await server.manager.wait(id, timeout: nil, progress: .silent) }
        }
        var iterator = ends.makeAsyncIterator()
        let end = await iterator.next() ?? .finished
        if end == .died { await server.bury() } else { try await work.value }
        let before = try await bench.newestState()
        let after = try await bench.recover(mode)
        try await bench.check("\(mode), point \(point)")
        guard let before, let after else { return (end, nil) }
        return (end, Outcome(point: point, before: before, after: after))
      }
      if let outcome { outcomes.append(outcome) }
    }
    #expect(point > 30)
    return (outcomes, isReversible)
  }
}
