import Reporting
import RunPodAPI
import Runners
import Simulation
import Testing

@testable import Workflows

/// A fleet that is given again under its name: only the difference is changed.
@Suite struct FleetChangeTests {
  private typealias Change = FleetResult.Member.Change

  private static func fleet(_ members: [RunnerSetup], _ change: (inout FleetSetup) -> Void = { _ in }) -> FleetSetup {
    var fleet = FleetSetup(name: "gpus", members: members, maxParallel: 4)
    change(&fleet)
    return fleet
  }

  private static let abc = fleet(["a", "b", "c"].map { .sample(named: $0) })

  @Test func theSameFleetTwiceChangesNothing() async throws {
    try await withBench { bench in
      for fleet in [Self.abc, Self.fleet([.sample(), .sample()]) { $0.name = "nameless members" }] {
        let first = try #require(try await bench.done(.setupFleet(fleet)).fleetResult)
        let made = await bench.account.calls["create"]
        let again = try await bench.done(.setupFleet(fleet))
        let second = try #require(again.fleetResult)
        #expect(again.state == .succeeded && second.succeeded == fleet.members.count)
        #expect(Set(second.members.map(\.change)) == [Change.kept])
        #expect(second.members.map(\.podId) == first.members.map(\.podId))
        #expect(second.members.map(\.name) == first.members.map(\.name))
        #expect(second.costPerHour == first.costPerHour && second.created.isEmpty && second.removed.isEmpty)
        #expect(await bench.account.calls["create"] == made)
        #expect(await bench.account.calls["terminate"] == nil)
        try await bench.check("twice")
      }
    }
  }

  @Test func onlyTheDifferenceIsChangedAndADryRunTellsIt() async throws {
    try await withBench { bench in
      let before = try #require(try await bench.done(.setupFleet(Self.abc)).fleetResult)
      let wanted = Self.fleet([
        .sample(named: "d"), .sample(named: "b") { $0.options.labels = ["big"] },
        .sample(named: "a") { $0.terms.onFailure = .stop },
      ])
      let plan = try await bench.server().manager.plan(wanted)
      #expect(plan.map(\.name) == ["d", "b", "a", "b", "c"])
      #expect(plan.map(\.change) == [.created, .replaced, .kept, .removed, .removed])
      #expect(await bench.account.pods.count == 3)

      let workflow = try await bench.done(.setupFleet(wanted))
      let after = try #require(workflow.fleetResult)
      #expect(workflow.state == .succeeded && after.succeeded == 3 && after.failed == 0)
      #expect(after.members.map(\.change) == plan.map(\.change))
      #expect(after.members.allSatisfy { $0.state == .succeeded })
      #expect(after.members[2].podId == before.members[0].podId)
      #expect(after.created.count == 4 && after.removed.count == 4)
      let pods = Set(after.members.prefix(3).compactMap(\.podId))
      #expect(await Set(bench.account.pods.keys) == pods && pods.count == 3)
      #expect(await Set(bench.site.registered.values) == ["a", "b", "d"])
      #expect(try await bench.server().manager.plan(wanted).allSatisfy { $0.change == .kept })
      try await bench.check("changed")
    }
  }

  @Test func whatDiedIsReplaced() async throws {
    try await withBench { bench in
      let before = try #require(try await bench.done(.setupFleet(Self.abc)).fleetResult)
      let (stopped, gone) = (try #require(before.members[0].podId), try #require(before.members[1].podId))
      await bench.account.change(stopped) { $0.remote.desiredStatus = "EXITED" }
      await bench.account.remove(gone)
      bench.clock.advance(120)
      let workflow = try await bench.done(.setupFleet(Self.abc))
      let after = try #require(workflow.fleetResult)
      #expect(workflow.state == .succeeded)
      #expect(after.members.map(\.change) == [.replaced, .replaced, .kept, .removed, .removed])
      let pods = await bench.account.pods
      #expect(pods.count == 3 && pods[stopped] == nil)
      #expect(await Set(bench.site.registered.values) == ["a", "b", "c"])
      try await bench.check("replaced")
    }
  }

  @Test func withoutMembersAllOfItIsTakenAway() async throws {
    try await withBench { bench in
      _ = try await bench.done(.setupFleet(Self.abc))
      let workflow = try await bench.done(.setupFleet(Self.fleet([])))
      #expect(workflow.state == .succeeded)
      #expect(workflow.fleetResult?.members.map(\.change) == [.removed, .removed, .removed])
      #expect(await bench.isEmpty)
      #expect(try await bench.server().manager.plan(Self.abc).allSatisfy { $0.change == .created })
      try await bench.check("emptied")
    }
  }

  @Test func aFleetIsTornDownByItsNameWithAllThatChangesLeft() async throws {
    try await withBench { bench in
      let first = try await bench.done(.setupFleet(Self.abc)).id
      _ = try await bench.done(.setupFleet(Self.fleet([.sample(named: "c"), .sample(named: "d")])))
      for teardown in [FleetTeardown(name: "gpus"), FleetTeardown(fleetId: first)] {
        let workflow = try await bench.done(.teardownFleet(teardown))
        #expect(workflow.state == .succeeded, "\(workflow.error?.message ?? "")")
        #expect(await bench.isEmpty)
      }
      let again = try await bench.done(.setupFleet(Self.abc))
      #expect(again.fleetResult?.members.allSatisfy { $0.change == .created } == true)
      let failure = await #expect(throws: Failure.self) {
        _ = try await bench.done(.teardownFleet(FleetTeardown(name: "nobody")))
      }
      #expect(failure?.kind == .notFound)
      try await bench.check("torn down")
    }
  }

  @Test func whatFailedIsTriedAgainAndNothingElseIsTouched() async throws {
    try await withBench { bench in
      await bench.account.prepare("create", .done, .refused(Failure(.noCapacity, "There are none.")), .done)
      let first = try #require(
        try await bench.done(.setupFleet(Self.fleet(Self.abc.members) { $0.maxParallel = 1 })).fleetResult
      )
      #expect(first.members.map(\.state) == [.succeeded, .failed, .succeeded])
      let second = try #require(try await bench.done(.setupFleet(Self.abc)).fleetResult)
      #expect(second.members.map(\.change) == [.kept, .created, .kept] && second.succeeded == 3)
      try await bench.check("tried again")
    }
  }

  @Test func aChangeThatFailsLeavesWhatWasThere() async throws {
    try await withBench { bench in
      _ = try await bench.done(.setupFleet(Self.fleet([.sample(named: "a")])))
      await bench.account.prepare("create", .done, .refused(Failure(.noCapacity, "There are none.")))
      let workflow = try await bench.done(
        .setupFleet(
          Self.fleet([.sample(named: "a"), .sample(named: "b"), .sample(named: "c")]) {
            $0.minSuccess = 3
            $0.maxParallel = 1
          }
        )
      )
      #expect(workflow.state == .failed && workflow.error?.details["cleaned"]?.contains("runner b") == true)
      #expect(workflow.fleetResult?.members.map(\.state) == [.succeeded, .cancelled, .failed])
      #expect(await Set(bench.site.registered.values) == ["a"])
      try await bench.check("left")
    }
  }

  @Test func onlyOneAtATimeIsAtWorkOnAFleet() async throws {
    try await withBench { bench in
      let server = try bench.server()
      let id = try await server.manager.start(.setupFleet(Self.abc)).id
      let other = try bench.server()
      for request in [WorkflowRequest.setupFleet(Self.abc), .teardownFleet(FleetTeardown(name: "gpus"))] {
        let failure = await #expect(throws: Failure.self) { try await other.manager.start(request) }
        #expect(failure?.kind == .conflict && failure?.details["workflowId"] == id)
      }
      _ = try await server.manager.wait(id, timeout: nil, progress: .silent)
      try await bench.check("one at a time")
    }
  }
}

extension Bench {
  /// Whether there is neither a pod nor a runner.
  fileprivate var isEmpty: Bool {
    get async {
      let pods = await account.pods
      let runners = await site.registered
      return pods.isEmpty && runners.isEmpty
    }
  }
}
