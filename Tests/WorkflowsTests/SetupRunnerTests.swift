import Concurrency
import Reporting
import Runners
import Testing

@testable import Workflows

@Suite struct SetupRunnerTests {
  @Test func fiveStepsLeadToARunner() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let started = try await server.manager.start(.setupRunner(.sample()))
      #expect(started.state == .running && started.steps.count == 5)
      let messages = Locked<[Progress.Update]>([])
      let progress = Progress { update in messages.withLock { $0.append(update) } }
      let workflow = try await server.manager.wait(started.id, timeout: nil, progress: progress)
      #expect(workflow.state == .succeeded && workflow.error == nil)
      #expect(workflow.steps.allSatisfy { $0.state == .succeeded && $0.started != nil && $0.finished != nil })
      guard case .runnerSetup(let result) = workflow.result else { throw Failure(.conflict, "no result") }
      #expect(result.podId == "pod1" && result.sshPort == 10_001 && result.costPerHour == 0.2)
      #expect(result.runner.status == .online)
      #expect(result.created == [.pod("pod1"), .runner(result.runnerName)])
      #expect(await Array(bench.site.registered.values) == [result.runnerName])
      let fractions = messages.withLock { $0 }.compactMap(\.fraction)
      #expect(fractions == fractions.sorted() && fractions.last == 1)
      let page = try await server.manager.events(started.id, after: 0, limit: 1000)
      #expect(page.events.map(\.sequence) == Array(1...page.events.count) && page.isComplete)
    }
  }
}
