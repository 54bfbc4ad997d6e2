import Concurrency
import Reporting
import Simulation
import Storage
import Testing

@testable import Workflows

/// Someone cancels, or the service closes, at every point of a workflow.
@Suite struct InterruptionMatrixTests {
  @Test(arguments: Rehearsal.reversible) func whatIsCancelledAnywhereIsUndone(rehearsal: Rehearsal) async throws {
    let states = try await everyPoint(rehearsal) { server in
      let ids = try await server.manager.list(state: .running, limit: 1, cursor: nil).workflows.map(\.id)
      for id in ids {
        // Kept by nobody: it ends with the workflow.
        Task { try await server.manager.cancel(id) }
        while try await server.manager.record(id).wish == nil, try await server.manager.get(id).state == .running {
          await Task.yield()
        }
      }
    } finish: { server, id in
      try await server.manager.wait(id, timeout: nil, progress: .silent)
    }
    #expect(Set(states) == [.cancelled, .succeeded])
    #expect(states.count { $0 == .succeeded } <= max(2, states.count / 4))
  }

  @Test(arguments: Rehearsal.reversible) func whatIsClosedAnywhereGoesOn(rehearsal: Rehearsal) async throws {
    let states = try await everyPoint(rehearsal) { server in
      Task { await server.manager.close() }
      while await !server.manager.desk.runs.isClosing { await Task.yield() }
    } finish: { server, id in
      let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
      await server.manager.close()
      return workflow
    }
    #expect(Set(states) == [.interrupted, .succeeded])
    #expect(states.count { $0 == .succeeded } <= max(2, states.count / 4))
  }

  /// Starts the workflow and has something happen at its first point, its second, … until it ends before that.
  ///
  /// - Returns: The state each time, before the next server finished what was left.
  private func everyPoint(
    _ rehearsal: Rehearsal,
    interrupt: @escaping @Sendable (Server) async throws -> Void,
    finish: (Server, String) async throws -> Workflow
  ) async throws -> [WorkflowState] {
    var states: [WorkflowState] = []
    var hasHappened = true
    while hasHappened {
      let point = states.count * Rehearsal.stride + Rehearsal.firstPoint
      hasHappened = try await withBench { bench in
        await bench.account.set { $0.portDelay = 6 }
        let known = Locked<Server?>(nil)
        let happened = Locked(false)
        let server = try bench.server(plan: { moment in
          // The first four are the entry in the journal: nobody knows of the workflow before.
          guard moment.number == point + 4, let server = known.withLock({ $0 }) else { return .go }
          return .meanwhile {
            happened.withLock { $0 = true }
            try? await interrupt(server)
          }
        })
        known.withLock { $0 = server }
        let id = try await server.manager.start(rehearsal.request(bench)).id
        let workflow = try await finish(server, id)
        states.append(workflow.state)
        let last = try await bench.recover(.resume)
        if workflow.state == .interrupted { #expect(last == .succeeded) }
        try await bench.check("\(rehearsal.testDescription), point \(point)")
        return happened.withLock { $0 }
      }
    }
    return states
  }
}
