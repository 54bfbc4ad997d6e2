import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

/// Pods whose answer may have reached nobody.
@Suite struct ClaimTests {
  private let world = World()

  private func unclaimed(_ token: String? = nil, name: String = "") async throws -> String {
    var request = world.request
    request.name = name
    let id = try #require(try await world.manager.createUnclaimed(request, clientToken: token, progress: .silent).id)
    // Nothing is answered on behalf of a client here.
    try await world.manager.claim(id, isDelivered: false)
    return id
  }

  @Test func anUnclaimedPodIsToldAndEnded() async throws {
    let id = try await unclaimed()
    #expect(try await world.manager.reconcile().findings.map(\.kind) == [.unclaimed])
    await world.manager.warnOfUnclaimed()
    #expect(world.notices.withLock { $0.count == 1 && $0[0].contains(id) })
    world.clock.advance(901)
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.status(id) == .terminated)
  }

  @Test func aCallThatNamesItGivesItAnotherQuarterOfAnHour() async throws {
    let id = try await unclaimed()
    world.clock.advance(600)
    _ = try await world.manager.get(id)
    world.clock.advance(600)
    await world.manager.sweep()
    #expect(await world.account.pods[id] != nil)
    world.clock.advance(301)
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
  }

  @Test func aClaimedPodStays() async throws {
    let id = try await unclaimed()
    try await world.manager.claim(id)
    #expect(try await world.manager.reconcile().findings.isEmpty)
    world.clock.advance(5000)
    await world.manager.sweep()
    #expect(await world.account.pods[id] != nil)
  }

  @Test func theSameRequestGetsTheSamePod() async throws {
    let first = try await unclaimed("t1", name: "trainer")
    #expect(try await unclaimed("t1", name: "trainer") == first)
    #expect(try await unclaimed("t2", name: "trainer") != first)
    #expect(await world.account.pods.count == 2)
    let failure = await #expect(throws: Failure.self) { try await unclaimed("t1", name: "other") }
    #expect(failure?.kind == .conflict)
    #expect(failure?.resources["podId"] == first)
    #expect(await world.account.pods.count == 2)
  }
}
