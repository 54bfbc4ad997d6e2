import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// A server dies right before or right after every write and every effect of a workflow; the next one finishes or undoes
/// what it left. The points are counted by the run itself, so that a new step is covered by being there.
@Suite struct CrashMatrixTests {
  enum End: Sendable { case died, finished }

  @Test(arguments: [RecoveryMode.resume, .undo]) func setupRunnerSurvivesDeath(mode: RecoveryMode) async throws {
    let states = try await everyDeath(mode) { [try await $0.manager.start(.setupRunner(.sample()))] }
    expect(states, mode)
  }

  /// With deaths while it is being undone as well.
  @Test(arguments: [RecoveryMode.resume, .undo]) func aSetupThatFailsSurvivesDeath(mode: RecoveryMode) async throws {
    let states = try await everyDeath(
      mode,
      prepare: { bench in await bench.site.set { $0.failures["start"] = "start the runner ended" } }
    ) { [try await $0.manager.start(.setupRunner(.sample()))] }
    #expect(!states.contains(.succeeded))
  }

  @Test(arguments: [RecoveryMode.resume, .undo]) func teardownRunnerSurvivesDeath(mode: RecoveryMode) async throws {
    let states = try await everyDeath(mode, prepare: { bench in _ = try await bench.done(.setupRunner(.sample())) }) {
      server in
      [try await server.manager.start(.teardownRunner(RunnerTeardown(podId: "pod1")))]
    }
    #expect(Set(states) == [.succeeded])
  }

  @Test(arguments: [RecoveryMode.resume, .undo]) func setupFleetSurvivesDeath(mode: RecoveryMode) async throws {
    let fleet = FleetSetup(members: [.sample(), .sample()])
    let states = try await everyDeath(mode) { [try await $0.manager.start(.setupFleet(fleet))] }
    expect(states, mode)
  }

  /// One stays, one is replaced, one is new, one is taken away.
  @Test(arguments: [RecoveryMode.resume, .undo]) func aFleetThatChangesSurvivesDeath(mode: RecoveryMode) async throws {
    let before = FleetSetup(name: "gpus", members: ["a", "b", "c"].map { .sample(named: $0) })
    let after = FleetSetup(
      name: "gpus",
      members: [.sample(named: "a"), .sample(named: "b") { $0.labels = ["big"] }, .sample(named: "d")]
    )
    let states = try await everyDeath(
      mode,
      prepare: { bench in _ = try await bench.done(.setupFleet(before)) }
    ) { [try await $0.manager.start(.setupFleet(after))] }
    expect(states, mode)
  }

  @Test func teardownFleetSurvivesDeath() async throws {
    let fleet = Locked("")
    let states = try await everyDeath(
      .resume,
      prepare: { bench in
        let id = try await bench.done(.setupFleet(FleetSetup(members: [.sample(), .sample()]))).id
        fleet.withLock { $0 = id }
      }
    ) { server in
      [try await server.manager.start(.teardownFleet(FleetTeardown(fleetId: fleet.withLock { $0 })))]
    }
    #expect(Set(states) == [.succeeded])
  }

  @Test func pairsSurviveDeath() async throws {
    _ = try await everyDeath(.resume, prepare: { bench in _ = try await bench.done(.setupRunner(.sample())) }) {
      server in
      let setup = try await server.manager.start(.setupRunner(.sample()))
      return [setup, try await server.manager.start(.teardownRunner(RunnerTeardown(podId: "pod1")))]
    }
  }

  /// In a world without faults, what is taken up succeeds, and what is undone had not ended before.
  private func expect(_ states: [WorkflowState], _ mode: RecoveryMode) {
    // Deaths before there is an entry in the journal come first.
    let begun = mode == .resume ? states[...] : states.drop { $0 == .succeeded }
    let exceptions = begun.filter { $0 != (mode == .resume ? .succeeded : .cancelled) }
    #expect(exceptions.count <= (mode == .resume ? 0 : 2))
  }

  /// Runs `start` and waits for the end, with a death at the first point, the second, …, until nobody dies.
  ///
  /// - Returns: How the workflow that was started last ended each time.
  private func everyDeath(
    _ mode: RecoveryMode,
    prepare: (Bench) async throws -> Void = { _ in },
    start: @escaping @Sendable (Server) async throws -> [Workflow]
  ) async throws -> [WorkflowState] {
    var states: [WorkflowState] = []
    var point = 0
    var end = End.died
    while end == .died {
      point += 1
      let state: WorkflowState?
      (end, state) = try await withBench { bench in
        await bench.account.set { $0.portDelay = 6 }
        try await prepare(bench)
        let (ends, continuation) = AsyncStream<End>.makeStream()
        let server = try bench.server(onDeath: { continuation.yield(.died) }) { [point] moment in
          moment.number == point ? .die : .go
        }
        let work = Task {
          defer { continuation.yield(.finished) }
          for workflow in try await start(server) {
            _ = try await server.manager.wait(workflow.id, timeout: nil, progress: .silent)
          }
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
    return states
  }
}
