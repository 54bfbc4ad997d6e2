import Simulation
import Storage
import Testing

@testable import Workflows

/// A workflow is its definition: the engine runs it, keeps it, takes it up and undoes it without knowing it.
@Suite struct RunErrandTests {
  private static let errand = WorkflowRequest(RunErrand.self, RunErrand.Parameters())

  @Test func itIsRunAndKept() async throws {
    try await withBench { bench in
      let workflow = try await bench.done(Self.errand)
      #expect(workflow.kind.rawValue == "runErrand" && workflow.state == .succeeded)
      #expect(workflow.steps.map(\.name) == ["rentPod", "awaitPod", "runCommand", "endPod"])
      #expect(try await WorkflowStore(Database(path: bench.stateFile)).get(workflow.id)?.result?.contains("L4") == true)
      #expect(await bench.account.pods.isEmpty)
      try await bench.check("an errand")
    }
  }

  @Test func itIsUndone() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let id = try await server.manager.start(Self.errand).id
      let workflow = try await server.manager.cancel(id)
      await server.manager.close()
      #expect(workflow.state == .cancelled)
      try await bench.check("an errand that was cancelled")
    }
  }

  @Test func aServerThatDoesNotKnowItLeavesIt() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let id = try await server.manager.start(Self.errand).id
      await server.manager.close()
      let stranger = try bench.server(catalog: .all)
      let left = await stranger.manager.recover(.resume)
      #expect(left.map(\.id) == [id] && left.first?.state == .interrupted)
      #expect(try await bench.recover(.resume) == .succeeded)
    }
  }
}
