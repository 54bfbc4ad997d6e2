import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// A server dies right before or right after every write and every effect of a workflow; the next one finishes or undoes
/// what it left. The points are counted by the run itself, so that a new step is covered by being there.
@Suite struct CrashMatrixTests {
  enum End: Sendable { case died, finished }

  @Test(arguments: Rehearsal.all, [RecoveryMode.resume, .undo])
  func everyWorkflowSurvivesDeath(rehearsal: Rehearsal, mode: RecoveryMode) async throws {
    let (states, isReversible) = try await everyDeath(mode) { [try await rehearsal.request($0)] }
    guard isReversible else {
      #expect(Set(states) == [.succeeded])
      return
    }
    // In a world without faults, what is taken up succeeds, and what is undone had not ended before. Deaths before there is
    // an entry in the journal come first.
    let begun = mode == .resume ? states[...] : states.drop { $0 == .succeeded }
    let exceptions = begun.filter { $0 != (mode == .resume ? .succeeded : .cancelled) }
    #expect(exceptions.count <= (mode == .resume ? 0 : 2))
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
    let (states, _) = try await everyDeath(mode) { bench in
      await bench.site.set { $0.failures["start"] = "start the runner ended" }
      return [.setupRunner(.sample())]
    }
    #expect(!states.contains(.succeeded))
  }

  @Test func pairsSurviveDeath() async throws {
    _ = try await everyDeath(.resume) { bench in
      [.setupRunner(.sample()), try await Rehearsal.teardownRunner.request(bench)]
    }
  }

  /// Starts workflows and waits for their end, with a death at the first point, the second, …, until nobody dies.
  ///
  /// - Returns: How the one that was started last ended each time, and whether it can be undone.
  private func everyDeath(
    _ mode: RecoveryMode,
    of requests: (Bench) async throws -> [WorkflowRequest]
  ) async throws -> (states: [WorkflowState], isReversible: Bool) {
    var states: [WorkflowState] = []
    var isReversible = false
    var point = 0
    var end = End.died
    while end == .died {
      point += Rehearsal.stride
      let state: WorkflowState?
      (end, state) = try await withBench { bench in
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
        let last = try await bench.recover(mode)
        try await bench.check("\(mode), point \(point)")
        return (end, last)
      }
      if let state { states.append(state) }
    }
    #expect(point > 30)
    return (states, isReversible)
  }
}
