import Concurrency
import FoundationEssentials
import Pods
import Reporting
import RunPodAPI
import Runners
import Simulation
import Storage
import Testing

@testable import Workflows

@Suite struct SetupRunnerTests {
  /// Runs a setup to its end on a server that lives.
  private func outcome(_ bench: Bench, _ setup: RunnerSetup = .sample()) async throws -> Workflow {
    let workflow = try await bench.done(.setupRunner(setup))
    try await bench.settle(try bench.server())
    return workflow
  }

  @Test func fiveStepsLeadToARunner() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let started = try await server.manager.start(.setupRunner(.sample()))
      #expect(started.state == .running && started.steps.count == 5)
      let updates = Locked<[Progress.Update]>([])
      let progress = Progress { update in updates.withLock { $0.append(update) } }
      let workflow = try await server.manager.wait(started.id, timeout: nil, progress: progress)
      #expect(workflow.state == .succeeded && workflow.error == nil)
      #expect(workflow.steps.allSatisfy { $0.state == .succeeded && $0.started != nil && $0.finished != nil })
      let result = try #require(workflow.setupResult)
      #expect(result.podId == "pod1" && result.sshPort == 10_001 && result.costPerHour == 0.2)
      #expect(result.runner.status == .online)
      #expect(result.created == [.pod("pod1"), .runner(result.runnerName)])
      let heard = updates.withLock { $0 }
      #expect(heard.compactMap(\.fraction) == heard.compactMap(\.fraction).sorted())
      #expect(heard.contains { $0.message == "Step 4/5: Install the runner" })
      #expect(heard.last?.fraction == 1 && heard.last?.message.contains("created pod pod1, runner") == true)
      try await bench.check("one setup")
    }
  }

  /// A pod that was set up stays; one whose server died on the way is ended by any other one.
  @Test func inTheEndThePodIsHeldNoMore() async throws {
    try await withBench { bench in
      let end = bench.clock.now + 86_400
      _ = try await outcome(bench)
      let row = try await bench.podRow("pod1")
      #expect(row?.heldUntil == nil && row?.terminateAfter == end && row?.grace == 3600)
      let tag = PodTag(environment: try #require(await bench.account.lastRequest?.env))
      #expect(tag?.terminateAfter == end + 3600)
    }
    try await withBench { bench in
      let end = bench.clock.now + 7200
      _ = try await outcome(bench, .sample { $0.pod.maxLifetimeSeconds = 7200 })
      let row = try await bench.podRow("pod1")
      #expect(row?.heldUntil == nil && row?.terminateAfter == end && row?.grace == nil)
      let tag = PodTag(environment: try #require(await bench.account.lastRequest?.env))
      #expect(tag?.terminateAfter == end)
    }
  }

  @Test func whileItIsSetUpThePodIsHeld() async throws {
    try await withBench { bench in
      let (ends, end) = AsyncStream<Void>.makeStream()
      let server = try bench.server(onDeath: { end.yield() }) { $0.effect == "pod install" ? .die : .go }
      _ = try await server.manager.start(.setupRunner(.sample()))
      for await _ in ends { break }
      await server.bury()
      let other = try bench.server()
      await other.manager.recover(.ask)
      #expect(try await other.manager.list(state: .interrupted, limit: 10, cursor: nil).workflows.count == 1)
      bench.clock.advance(4000)
      try await bench.settle(other)
      #expect(await bench.account.pods.isEmpty)
    }
  }

  @Test(arguments: FailurePolicy.allCases) func aFailureIsCleanedUpAsAskedFor(policy: FailurePolicy) async throws {
    try await withBench { bench in
      await bench.site.set { $0.failures["start"] = "start the runner ended" }
      let workflow = try await outcome(bench, .sample { $0.terms.onFailure = policy })
      let error = try #require(workflow.error)
      #expect(workflow.state == .failed && workflow.result == nil)
      #expect(error.kind == "runnerInstallFailed" && error.details["step"] == "installRunner")
      #expect(workflow.steps.map(\.state.rawValue).suffix(2) == ["failed", "skipped"])
      let pod = await bench.account.pods["pod1"]?.remote.desiredStatus
      let runners = await bench.site.registered.count
      switch policy {
      case .terminate:
        #expect(pod == nil && runners == 0 && error.resources.isEmpty)
        #expect(error.details["cleaned"] == "pod pod1" && error.details["remaining"] == nil)
        #expect(workflow.steps.first?.state == .undone)
      case .stop: #expect(pod == "EXITED" && runners == 0 && error.resources == ["podId": "pod1"])
      case .keep: #expect(pod == "RUNNING" && runners == 1 && error.message.contains("Still there: pod pod1, runner "))
      }
      if policy != .terminate {
        #expect(try await bench.podRow("pod1")?.heldUntil == nil)
        #expect(workflow.steps.first?.state == .succeeded)
      }
    }
  }

  @Test func aPodThatIsNeverReadyIsEndedAndTheErrorSaysSo() async throws {
    try await withBench { bench in
      await bench.account.set { $0.hasPublicPort = false }
      let error = try #require(try await outcome(bench).error)
      #expect(error.kind == "timeout" && error.resources.isEmpty && error.details["cleaned"] == "pod pod1")
      #expect(error.message.contains("Cleaned up: pod pod1.") && !error.message.contains("left running"))
      try await bench.check("never ready")
    }
  }

  /// What a step works with may end it without anyone having asked for that: there is nobody who would take it up again.
  @Test func aStepThatEndsAsIfItWereCancelledHasFailed() async throws {
    try await withBench { bench in
      let server = try bench.server(plan: { moment in
        moment.effect == "pod install" && moment.side == .before ? .fail(CancellationError()) : .go
      })
      let id = try await server.manager.start(.setupRunner(.sample())).id
      #expect(try await server.manager.wait(id, timeout: nil, progress: .silent).state == .failed)
      try await bench.check("cancelled by nobody")
    }
  }

  @Test func aPodThatIsTakenAwayIsTheReason() async throws {
    try await withBench { bench in
      let server = try bench.server(plan: { moment in
        guard moment.effect == "pod install", moment.side == .before else { return .go }
        return .fail(Failure(.networkFailure, "The connection was lost."))
      })
      let id = try await server.manager.start(.setupRunner(.sample())).id
      try await server.manager.follow(id, after: 0) { event in
        guard event.step == "installRunner", event.state == "running" else { return }
        await bench.account.change("pod1") { pod in
          pod.remote.desiredStatus = "EXITED"
          pod.remote.lastStatusChange = "Outbid: someone bid more"
        }
      }
      let error = try #require(try await server.manager.get(id).error)
      #expect(error.kind == "noCapacity" && error.message.contains("outbid"))
      #expect(await bench.account.pods.isEmpty)
    }
  }

  /// The step would never come to its end by itself.
  @Test func aPodThatIsLostEndsTheStepThatIsAtWorkOnIt() async throws {
    try await withBench { bench in
      let isAtWork = Eventual<Void>()
      let server = try bench.server(plan: { moment in
        guard moment.effect == "pod install", moment.side == .before else { return .go }
        return .meanwhile {
          isAtWork.resolve(())
          try? await Task.sleep(for: .seconds(600))
        }
      })
      let id = try await server.manager.start(.setupRunner(.sample())).id
      try await isAtWork.wait()
      server.world.loss.resolve(PodEnd.outbid.failure(podId: "pod1"))
      let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
      #expect(workflow.state == .failed)
      #expect(workflow.error?.kind == "noCapacity")
      #expect(workflow.error?.details["step"] == "installRunner")
      #expect(await bench.account.pods.isEmpty)
    }
  }

  @Test func anotherOnesRunnerOfTheSameNameIsNotTouched() async throws {
    try await withBench { bench in
      await bench.site.register("gpu-1")
      let error = try await outcome(bench, .sample { $0.terms.runnerName = "gpu-1" }).error
      #expect(error?.kind == "conflict")
      #expect(await bench.account.calls["create"] == nil)
      #expect(await bench.site.registered.count == 1)
    }
    // With `replace` it goes as far as the installation; failing there, the other runner stays.
    try await withBench { bench in
      await bench.site.register("gpu-1")
      await bench.site.set { $0.failures["install"] = "diskFull /opt has 3 MB free" }
      let setup = RunnerSetup.sample {
        $0.terms.runnerName = "gpu-1"
        $0.options.replace = true
      }
      let state = try await outcome(bench, setup).state
      #expect(state == .failed)
      #expect(await bench.site.registered.count == 1)
      #expect(await bench.account.pods.isEmpty)
    }
  }

  @Test func withoutAGitHubTokenNothingIsRented() async throws {
    try await withBench { bench in
      await bench.site.set { $0.hasToken = false }
      let error = try await outcome(bench).error
      #expect(error?.kind == "environmentIncomplete")
      #expect(await bench.account.calls["create"] == nil)
    }
  }

  @Test func aGivenTokenIsEnough() async throws {
    try await withBench { bench in
      await bench.site.set { $0.hasToken = false }
      let setup = RunnerSetup.sample {
        $0.runnerToken = Secret(SimulatedSite.token)
        $0.terms.runnerName = "gpu-1"
      }
      let state = try await outcome(bench, setup).state
      #expect(state == .succeeded)
    }
  }

  @Test func thePodIsPutToTheProofBeforeItIsRegistered() async throws {
    try await withBench { bench in
      await bench.site.set { $0.exitCode = 9 }
      let error = try #require(try await outcome(bench, .sample { $0.terms.verify = .job }).error)
      #expect(error.message.contains("nvidia-smi on pod pod1 ended with 9: No devices were found"))
      try await bench.check("no GPU")
    }
    try await withBench { bench in
      let state = try await outcome(bench, .sample { $0.terms.verify = .job }).state
      #expect(state == .succeeded)
    }
  }

  @Test func whatCannotWorkIsRefusedAtOnce() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let bad: [RunnerSetup] = [
        .sample { $0.terms.repoUrl = "octo/demo" }, .sample { $0.terms.runnerName = "a b" },
        .sample { $0.options.labels = ["a,b"] },
        .sample { $0.terms.readyTimeoutSeconds = 0 },
      ]
      for setup in bad {
        let failure = await #expect(throws: Failure.self) { try await server.manager.start(.setupRunner(setup)) }
        #expect(failure?.kind == .configurationInvalid)
      }
      server.world.hasKey.withLock { $0 = false }
      let failure = await #expect(throws: Failure.self) { try await server.manager.start(.setupRunner(.sample())) }
      #expect(failure?.kind == .environmentIncomplete)
      #expect(try await server.manager.list(state: nil, limit: 10, cursor: nil).workflows.isEmpty)
    }
  }
}
