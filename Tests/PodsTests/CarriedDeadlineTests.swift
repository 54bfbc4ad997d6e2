import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess
import Testing

@testable import Pods

/// Deadlines of pods that this state file does not know: they carry them in their environment.
@Suite struct CarriedDeadlineTests {
  private let world = World()

  private func foreign(_ change: (inout PodTag) -> Void) async throws -> String {
    var tag = PodTag(ownerId: "abc123", owner: "you@there", created: world.clock.now)
    change(&tag)
    let pod = try await world.account.createByHand(PodIntent.unique(for: "ci"), env: tag.environment)
    return pod.id
  }

  private func look() async throws { _ = try await world.manager.list(status: nil, limit: 1, cursor: nil) }

  @Test func everyServiceOfTheAccountKeepsThem() async throws {
    let now = world.clock.now
    let id = try await foreign { $0.terminateAfter = now + 600 }
    let other = try await foreign { $0.terminateAfter = now + 1200 }
    try await look()
    #expect(await world.manager.sweep() == now + 600)
    #expect(await world.account.pods.count == 2)
    world.clock.advance(601)
    #expect(await world.manager.sweep() == now + 1200)
    #expect(await world.account.pods.keys.sorted() == [other])
    #expect(world.notices.withLock { $0.count == 1 && $0[0].contains(id) })
  }

  @Test func aCostIsADeadlineToo() async throws {
    let id = try await foreign { $0.maxCost = 0.1 }
    try await look()
    // 0.1 USD at 0.2 an hour.
    world.clock.advance(1799)
    await world.manager.sweep()
    #expect(await world.account.pods[id] != nil)
    world.clock.advance(2)
    await world.manager.sweep()
    #expect(await world.account.pods[id] == nil)
  }

  /// Its owner resumed it after the time at which it was to be stopped.
  @Test func aPodIsStoppedOnceAndNotAgainAfterAResume() async throws {
    let now = world.clock.now
    let id = try await foreign { $0.stopAfter = now + 600 }
    world.clock.advance(590)
    try await look()
    world.clock.advance(11)
    await world.manager.sweep()
    #expect(await world.account.pods[id]?.remote.desiredStatus == "EXITED")
    let second = World()
    let late = try await second.account.createByHand(
      PodIntent.unique(for: "ci"),
      env: PodTag(ownerId: "abc", stopAfter: second.clock.now - 600).environment
    )
    second.clock.advance(30)
    _ = try await second.manager.list(status: nil, limit: 1, cursor: nil)
    await second.manager.sweep()
    #expect(await second.account.pods[late.id]?.remote.desiredStatus == "RUNNING")
  }

  /// What the user asked for last is in the state file; what the pod carries is as old as the pod.
  @Test func theStateFileCountsWhereItKnowsThePod() async throws {
    let now = world.clock.now
    let id = try #require(try await world.create { $0.terminateAfter = now + 600 }.id)
    let row = try #require(try await world.store.find(podId: id))
    _ = try await world.store.update(number: row.number) { $0.terminateAfter = now + 7200 }
    world.clock.advance(700)
    try await look()
    await world.manager.sweep()
    #expect(try await world.manager.reap(dryRun: false).pods.map(\.verdict) == [.kept])
    #expect(await world.account.pods[id] != nil)
  }

  @Test func anAdoptedPodKeepsItsDeadlineAndGetsAProcess() async throws {
    let now = world.clock.now
    let id = try await foreign { $0.terminateAfter = now + 3600 }
    let pod = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    #expect(pod.terminateAfter == now + 3600)
    #expect(pod.deadlineKeeper == .pod)
    #expect(world.scripts.withLock { $0.map(\.podId) } == [id])
  }

  @Test func aPodOfAnotherInstallationIsNamedAndLeft() async throws {
    let id = try await foreign { _ in }
    let orphan = try await world.account.createByHand(PodIntent.unique(for: "ci"))
    let result = try await world.manager.reconcile(apply: true, orphans: .end)
    let found = Dictionary(uniqueKeysWithValues: result.findings.map { ($0.podId, $0) })
    #expect(found[id]?.kind == .foreign)
    #expect(found[id]?.owner == "you@there")
    #expect(found[id]?.action == nil)
    #expect(found[orphan.id]?.action == .ended)
    #expect(await world.account.pods.keys.sorted() == [id])
    #expect(
      try await world.manager.reconcile(apply: true, orphans: .end, owner: "else").findings.map(\.action) == [nil]
    )
    #expect(
      try await world.manager.reconcile(apply: true, orphans: .end, owner: "abc123").findings.map(\.action) == [.ended]
    )
    #expect(await world.account.pods.isEmpty)
  }

  @Test func aClockThatRunPodHasNotConfirmedEndsNothing() async throws {
    let known = Locked(false)
    let clock = world.clock
    let manager = PodManager(
      provider: world.account,
      store: world.store,
      mirror: nil,
      publicKey: nil,
      time: TimeSource(now: { known.withLock { $0 } ? clock.now : clock.now + 25 * 3600 }, sleep: clock.time.sleep),
      isTimeKnown: { known.withLock { $0 } },
      probe: { _, _, _ in .banner("SSH-2.0-x") }
    )
    let now = clock.now
    let id = try #require(try await world.create { $0.terminateAfter = now + 86_400 }.id)
    // RunPod does not answer, so that it is not known what time it is.
    await world.account.prepare("account", .refused(Failure(.apiFailure, "503")))
    await manager.sweep()
    #expect(await world.account.pods[id] != nil)
    await world.account.set { account in account.onAccount = { known.withLock { $0 = true } } }
    await manager.sweep()
    #expect(await world.account.pods[id] != nil)
    #expect(known.withLock { $0 })
  }
}
