import Pods
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Workflows

@Suite struct TeardownRunnerTests {
  /// A runner that was set up, torn down as `change` says.
  private func outcome(
    _ bench: Bench,
    _ change: (inout RunnerTeardown) -> Void = { _ in }
  ) async throws -> Workflow {
    var teardown = RunnerTeardown(podId: "pod1", repoUrl: "https://github.com/octo/demo")
    change(&teardown)
    return try await bench.done(.teardownRunner(teardown))
  }

  @Test func threeStepsTakeEverythingAway() async throws {
    try await withBench { bench in
      let name = try #require(try await bench.done(.setupRunner(.sample())).setupResult?.runnerName)
      let workflow = try await outcome(bench)
      #expect(workflow.state == .succeeded && workflow.steps.map(\.state) == [.succeeded, .succeeded, .succeeded])
      #expect(workflow.steps.map(\.title) == ["Stop the runner", "Deregister the runner", "Terminate the pod"])
      let result = try #require(workflow.teardownResult)
      #expect(result.runnerName == name && result.deregistered && result.filesRemoved && result.warnings.isEmpty)
      #expect(result.podStatus == .terminated && result.removed == [.runner(name), .pod("pod1")])
      try await bench.check("torn down")
    }
  }

  @Test func thePodIsStoppedOrKeptByChoice() async throws {
    for fate in [RunnerTeardown.PodFate.stop, .keep] {
      try await withBench { bench in
        _ = try await bench.done(.setupRunner(.sample()))
        let workflow = try await outcome(bench) { $0.pod = fate }
        #expect(workflow.state == .succeeded && workflow.steps.count == (fate == .stop ? 3 : 2))
        let status = await bench.account.pods["pod1"]?.remote.desiredStatus
        #expect(status == (fate == .stop ? "EXITED" : "RUNNING"))
        #expect(await bench.site.registered.isEmpty)
      }
    }
  }

  @Test func whatFailsOnTheWayIsAWarning() async throws {
    try await withBench { bench in
      let name = try await bench.done(.setupRunner(.sample())).setupResult?.runnerName
      // Its SSH server is gone; GitHub's list and RunPod are still there.
      await bench.account.change("pod1") { $0.remote.desiredStatus = "EXITED" }
      let workflow = try await outcome(bench) { $0.runnerName = name }
      let result = try #require(workflow.teardownResult)
      #expect(workflow.state == .succeeded && workflow.steps.map(\.state) == [.failed, .succeeded, .succeeded])
      #expect(result.deregistered && !result.filesRemoved && result.warnings.count >= 2)
      #expect(await bench.account.pods.isEmpty)
      #expect(await bench.site.registered.isEmpty)
    }
  }

  @Test func aPodThatNeverWasIsAWarningToo() async throws {
    try await withBench { bench in
      let workflow = try await outcome(bench)
      let result = try #require(workflow.teardownResult)
      #expect(workflow.state == .succeeded && result.podStatus == nil && !result.warnings.isEmpty)
    }
  }

  /// The one failure of a teardown: a pod that goes on costing money.
  @Test func aPodThatCannotBeEndedIsAFailure() async throws {
    try await withBench { bench in
      _ = try await bench.done(.setupRunner(.sample()))
      let server = try bench.server(plan: { moment in
        guard moment.effect == "RunPod terminate", moment.side == .before else { return .go }
        return .fail(Failure(.unauthorized, "The key was revoked."))
      })
      let id = try await server.manager.start(.teardownRunner(RunnerTeardown(podId: "pod1"))).id
      let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
      #expect(workflow.state == .failed && workflow.error?.kind == "unauthorized")
      #expect(workflow.error?.resources == ["podId": "pod1"])
      #expect(workflow.error?.message.contains("Still there: pod pod1.") == true)
      #expect(workflow.teardownResult?.deregistered == true)
      // Every other server goes on ending it.
      try await bench.settle(try bench.server())
      #expect(await bench.account.pods.isEmpty)
    }
  }
}
