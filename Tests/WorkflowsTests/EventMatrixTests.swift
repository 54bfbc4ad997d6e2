import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Workflows

/// Something happens to the world at every point of a workflow: its pods are outbid, or taken away, or the clock jumps.
@Suite struct EventMatrixTests {
  private static let requests: [WorkflowRequest] = [
    .setupRunner(.sample { $0.terms.verify = .job }), .setupFleet(FleetSetup(members: [.sample()])),
  ]

  @Test(arguments: requests) func podsThatAreOutbidAnywhereAreNamed(request: WorkflowRequest) async throws {
    try await everyPoint(request) { bench in
      for id in await bench.account.pods.keys {
        await bench.account.change(id) { pod in
          pod.remote.desiredStatus = "EXITED"
          pod.remote.lastStatusChange = "Exited by RunPod: outbid"
        }
      }
    } check: { bench, workflow in
      try await expectLoss(bench, workflow)
    }
  }

  @Test(arguments: requests) func podsThatAreTakenAwayAnywhereAreNamed(request: WorkflowRequest) async throws {
    try await everyPoint(request) { bench in
      for id in await bench.account.pods.keys { await bench.account.remove(id) }
    } check: { bench, workflow in
      try await expectLoss(bench, workflow)
    }
  }

  @Test(arguments: [7200.0, -7200]) func aClockThatJumpsAnywhereIsSurvived(seconds: TimeInterval) async throws {
    try await everyPoint(.setupRunner(.sample())) { bench in
      bench.jump(seconds)
    } check: { bench, workflow in
      if workflow.state != .succeeded { #expect(workflow.error?.message.isEmpty == false) }
      _ = try await bench.recover(.resume)
      try await bench.check("a clock that jumps by \(seconds) s")
    }
  }

  /// Either it had succeeded before, or all of it is undone, and the error names the pod.
  private func expectLoss(_ bench: Bench, _ workflow: Workflow) async throws {
    let error = workflow.error ?? workflow.fleetResult?.members.first?.error
    guard let error else {
      #expect(workflow.state == .succeeded)
      return
    }
    #expect(await bench.account.pods.isEmpty, "\(error.message)")
    #expect(await bench.site.registered.isEmpty, "\(error.message)")
    #expect(error.message.contains("pod1") || error.kind == "noCapacity", "\(error.kind): \(error.message)")
  }

  private func everyPoint(
    _ request: WorkflowRequest,
    event: @escaping @Sendable (Bench) async -> Void,
    check: (Bench, Workflow) async throws -> Void
  ) async throws {
    var point = Rehearsal.firstPoint - Rehearsal.stride
    var hasHappened = true
    while hasHappened {
      point += Rehearsal.stride
      hasHappened = try await withBench { [point] bench in
        await bench.account.set { $0.portDelay = 6 }
        let happened = Locked(false)
        let server = try bench.server(plan: { moment in
          guard moment.number == point else { return .go }
          return .meanwhile {
            happened.withLock { $0 = true }
            await event(bench)
          }
        })
        let id = try await server.manager.start(request).id
        let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
        await server.manager.close()
        try await check(bench, workflow)
        return happened.withLock { $0 }
      }
    }
    #expect(point > 40)
  }
}
