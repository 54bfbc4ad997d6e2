import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess
import Testing

@testable import Pods

@Suite struct WatchTests {
  private let world = World()

  /// The first change that fits.
  private func next(_ watch: PodWatch, where fits: (PodChange) -> Bool) async throws -> PodChange {
    for await change in watch.changes where fits(change) { return change }
    throw CancellationError()
  }

  @Test func aPodsWayUpIsTold() async throws {
    let watch = try await world.manager.watch(nil)
    #expect(watch.pods.isEmpty)
    let id = try await world.created()
    let change = try await next(watch) { $0.pod.status == .running }
    #expect(change.pod.id == id)
    #expect(change.previous == .starting)
    #expect(change.pod.sshPort == 10001)
  }

  @Test func aLostSpotPodIsToldOneLookLater() async throws {
    let id = try await world.created()
    let watch = try await world.manager.watch([id])
    #expect(watch.pods.map(\.id) == [id])
    _ = try await next(watch) { $0.pod.status == .running }
    let calls = await world.account.calls["pods"] ?? 0
    await world.account.change(id) { pod in
      pod.remote.desiredStatus = "EXITED"
      pod.remote.lastStatusChange = "Outbid: now"
    }
    let change = try await next(watch) { $0.pod.status == .stopped }
    #expect(change.isOutbid)
    #expect(change.previous == .running)
    #expect(await world.account.calls["pods"] ?? 0 <= calls + 2)
  }

  @Test func whatWeDoIsToldAtOnce() async throws {
    let id = try await world.created()
    let other = try await world.created()
    let watch = try await world.manager.watch([id])
    _ = try await world.manager.terminate(other)
    _ = try await world.manager.terminate(id)
    let change = try await next(watch) { $0.pod.status == .terminated }
    #expect(change.pod.id == id)
    #expect(!change.isOutbid)
  }

  /// Another server on the same books.
  @Test func whatOthersDoIsToldToo() async throws {
    let id = try await world.created()
    let watch = try await world.manager.watch(nil)
    let other = PodManager(
      provider: world.account,
      store: world.store,
      mirror: nil,
      publicKey: nil,
      time: world.clock.time,
      probe: { _, _, _ in .refused }
    )
    _ = try await other.stop(id)
    #expect(try await next(watch) { $0.pod.status == .stopped }.pod.id == id)
  }

  @Test func anUnknownPodCannotBeWatched() async throws {
    let failure = await #expect(throws: Failure.self) { try await world.manager.watch(["nobody"]) }
    #expect(failure?.kind == .notFound)
  }

  @Test func nobodyIsAskedWhenNobodyWatches() async throws {
    let id = try await world.created()
    let watch = try await world.manager.watch([id])
    _ = try await next(watch) { $0.pod.status == .running }
    let reader = Task { for await _ in watch.changes {} }
    reader.cancel()
    await reader.value
    while await world.manager.watching != nil { await Task.yield() }
    let calls = await world.account.calls["pods"]
    for _ in 0..<1000 { await Task.yield() }
    #expect(await world.account.calls["pods"] == calls)
  }

  /// Watches and waits share the calls.
  @Test(arguments: [1, 50]) func callsDoNotGrowWithWatches(count: Int) async throws {
    let id = try await world.created()
    var watches: [PodWatch] = []
    for _ in 0..<count { watches.append(try await world.manager.watch([id])) }
    try await withThrowingTaskGroup { group in
      for watch in watches { group.addTask { _ = try await next(watch) { $0.pod.status == .running } } }
      group.addTask { _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent) }
      try await group.waitForAll()
    }
    #expect(await world.account.calls["pods"] ?? 0 <= 40)
  }

  @Test func closingEndsTheStreams() async throws {
    let watch = try await world.manager.watch(nil)
    await world.manager.close()
    for await _ in watch.changes { Issue.record("nothing was to come") }
  }
}
