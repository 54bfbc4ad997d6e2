import Concurrency
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Workflows

@Suite struct FleetTests {
  private static let noCapacity = Failure(.noCapacity, "There are no instances available.")

  @Test func eachMemberSucceedsOrFailsByItself() async throws {
    try await withBench { bench in
      await bench.account.prepare("create", .done, .refused(Self.noCapacity), .done)
      let names = ["a", "b", "c"].map { RunnerSetup.sample(named: $0) }
      let workflow = try await bench.done(.setupFleet(FleetSetup(members: names, maxParallel: 1)))
      let result = try #require(workflow.fleetResult)
      #expect(workflow.state == .succeeded && result.succeeded == 2 && result.failed == 1)
      #expect(result.members.map(\.name) == ["a", "b", "c"])
      #expect(result.members.map(\.state) == [.succeeded, .failed, .succeeded])
      #expect(result.members[1].error?.kind == "noCapacity" && result.members[1].podId == nil)
      #expect(result.costPerHour == 0.4)
      try await bench.check("two of three")
    }
  }

  @Test func neverMoreThanWasAllowedAreWorkedOnAtOnce() async throws {
    try await withBench { bench in
      let counts = Locked((now: 0, most: 0))
      let server = try bench.server(plan: { moment in
        guard moment.effect == "RunPod create" else { return .go }
        counts.withLock { counts in
          counts.now += moment.side == .before ? 1 : -1
          counts.most = max(counts.most, counts.now)
        }
        return .go
      })
      let fleet = FleetSetup(members: Array(repeating: .sample(), count: 9), maxParallel: 3)
      let id = try await server.manager.start(.setupFleet(fleet)).id
      let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
      #expect(workflow.fleetResult?.succeeded == 9)
      #expect((1...3).contains(counts.withLock { $0.most }))
      let running = try await server.manager.list(state: nil, limit: 100, cursor: nil).workflows
      #expect(running.map(\.id) == [id], "members are not listed")
      try await bench.check("nine")
    }
  }

  @Test func withTooFewTheFleetIsUndone() async throws {
    try await withBench { bench in
      await bench.account.prepare("create", .done, .refused(Self.noCapacity), .refused(Self.noCapacity))
      let fleet = FleetSetup(members: Array(repeating: .sample(), count: 3), maxParallel: 1, minSuccess: 2)
      let workflow = try await bench.done(.setupFleet(fleet))
      #expect(workflow.state == .failed && workflow.error?.kind == "noCapacity")
      #expect(workflow.error?.message.contains("1 of 3 runners were set up, fewer than 2.") == true)
      #expect(workflow.fleetResult?.members.map(\.state) == [.cancelled, .failed, .failed])
      #expect(await bench.account.pods.isEmpty)
      try await bench.check("undone")
    }
  }

  @Test func theFirstFailureStopsTheRestByChoice() async throws {
    try await withBench { bench in
      await bench.account.prepare("create", .done, .refused(Self.noCapacity))
      let members = Array(repeating: RunnerSetup.sample(), count: 5)
      let fleet = FleetSetup(members: members, maxParallel: 1, stopOnFailure: true)
      let workflow = try await bench.done(.setupFleet(fleet))
      #expect(workflow.fleetResult?.members.map(\.state) == [.succeeded, .failed, .skipped, .skipped, .skipped])
      try await bench.check("stopped")
    }
  }

  @Test func aCancelledFleetLeavesNothing() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let fleet = FleetSetup(members: Array(repeating: .sample(), count: 4), maxParallel: 2)
      let id = try await server.manager.start(.setupFleet(fleet)).id
      // The first two are done by then, the others under way.
      try await server.manager.follow(id, after: 0) { event in
        if event.type == .member { Task { try await server.manager.cancel(id) } }
      }
      let workflow = try await server.manager.get(id)
      #expect(workflow.state == .cancelled)
      #expect(workflow.fleetResult?.succeeded == 0)
      #expect(await bench.account.pods.isEmpty)
      try await bench.check("cancelled")
    }
  }

  @Test func aFleetIsTornDownByItsWorkflow() async throws {
    try await withBench { bench in
      await bench.account.prepare("create", .done, .refused(Self.noCapacity))
      let id = try await bench.done(.setupFleet(FleetSetup(members: [.sample(), .sample(), .sample()]))).id
      let workflow = try await bench.done(.teardownFleet(FleetTeardown(fleetId: id)))
      #expect(workflow.state == .succeeded && workflow.fleetResult?.succeeded == 2)
      #expect(await bench.account.pods.isEmpty)
      #expect(await bench.site.registered.isEmpty)
      let server = try bench.server()
      let failure = await #expect(throws: Failure.self) {
        try await server.manager.start(.teardownFleet(FleetTeardown(fleetId: "nobody")))
      }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test func oneHundredAtOnceTakeFewCallsForTheirWaiting() async throws {
    try await withBench { bench in
      let fleet = FleetSetup(members: Array(repeating: .sample(), count: 100), maxParallel: 100)
      let workflow = try await bench.done(.setupFleet(fleet))
      #expect(workflow.fleetResult?.succeeded == 100)
      #expect(await bench.account.calls["create"] == 100)
      // One poll loop for all of them; alone, each would take a dozen.
      #expect(await bench.account.calls["pods"] ?? 0 < 300)
      try await bench.check("one hundred")
    }
  }

  @Test func aFleetIsCheckedBeforeAnythingIsRented() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let named = RunnerSetup.sample { $0.terms.runnerName = "same" }
      let bad = [
        FleetSetup(members: []), FleetSetup(members: [named, named]),
        FleetSetup(members: [.sample(), .sample { $0.terms.repoUrl = "nowhere" }]),
        FleetSetup(members: [.sample()], minSuccess: 2), FleetSetup(members: [.sample()], maxParallel: 0),
      ]
      for fleet in bad {
        let failure = await #expect(throws: Failure.self) { try await server.manager.start(.setupFleet(fleet)) }
        #expect(failure?.kind == .configurationInvalid)
      }
      #expect(await bench.account.calls["create"] == nil)
    }
  }
}
