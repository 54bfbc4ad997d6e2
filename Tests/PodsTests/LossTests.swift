import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Pods

/// Pods that go without our doing, while somebody is at work on them.
@Suite struct LossTests {
  private let world = World()

  private func running() async throws -> String {
    let id = try await world.created()
    return try await world.manager.wait(id, timeout: .seconds(600), progress: .silent).id ?? id
  }

  private func loss(of id: String, _ event: @escaping @Sendable (SimulatedAccount) async -> Void) async throws
    -> Failure
  {
    let lists = await world.account.calls["pods"] ?? 0
    async let loss = world.manager.loss(of: id)
    while await world.account.calls["pods"] ?? 0 <= lists { await Task.yield() }
    await event(world.account)
    return try await loss
  }

  @Test func anOutbidPodIsToldAsSuch() async throws {
    let id = try await world.created()
    let failure = try await loss(of: id) { account in
      await account.change(id) { pod in
        pod.remote.desiredStatus = "EXITED"
        pod.remote.lastStatusChange = "Outbid: now"
      }
    }
    #expect(failure.kind == .noCapacity)
    #expect(failure.message.contains("outbid"))
    #expect(failure.resources == ["podId": id])
  }

  @Test func aPodThatSomebodyElseEndsIsGone() async throws {
    let id = try await running()
    let failure = try await loss(of: id) { await $0.remove(id) }
    #expect(failure.kind == .notFound)
    #expect(try await world.status(id) == .lost)
  }

  /// The list leaves out pods that RunPod has terminated; only by its id it tells why.
  @Test func anOutbidPodThatIsNotListedIsToldAsSuch() async throws {
    let id = try await running()
    let failure = try await loss(of: id) { account in
      await account.change(id) { pod in
        pod.remote.desiredStatus = "TERMINATED"
        pod.remote.lastStatusChange = "Outbid: now"
        pod.visible = .distantFuture
      }
    }
    #expect(failure.kind == .noCapacity)
    #expect(failure.message.contains("outbid"))
  }

  /// As `pods/list` and watchers see it, too.
  @Test func aListThatLacksARunningPodIsNotBelievedAlone() async throws {
    let id = try await running()
    await world.account.change(id) { $0.visible = .distantFuture }
    _ = try await world.manager.list(status: nil, limit: 1, cursor: nil)
    #expect(try await world.status(id) == .running)
    await world.account.remove(id)
    _ = try await world.manager.list(status: nil, limit: 1, cursor: nil)
    #expect(try await world.status(id) == .lost)
  }

  @Test func aPodThatSomebodyElseStopsIsToldWithRunPodsWords() async throws {
    let id = try await world.created()
    let failure = try await loss(of: id) { account in
      await account.change(id) { pod in
        pod.remote.desiredStatus = "EXITED"
        pod.remote.lastStatusChange = "Exited by RunPod: Insufficient balance"
      }
    }
    #expect(failure.kind == .conflict)
    #expect(failure.hint?.contains("Add funds") == true)
  }

  /// The list lags behind a creation, and single ones can be wrong.
  @Test func absencesOfAMomentAreNone() async throws {
    await world.account.set { $0.listDelay = 30 }
    let id = try await world.created()
    let task = Task { try await world.manager.loss(of: id) }
    while await world.account.calls["pods"] ?? 0 < 200 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func whatWasOnAPodIsForgottenWhoeverEndedIt() async throws {
    let ids = [try await world.created(), try await world.created(), try await world.created()]
    for id in ids { _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent) }
    #expect(world.wiped.withLock { $0.isEmpty })
    _ = try await world.manager.stop(ids[0])
    _ = try await world.manager.terminate(ids[1])
    await world.account.change(ids[2]) { pod in
      pod.remote.desiredStatus = "EXITED"
      pod.remote.lastStatusChange = "Outbid: now"
    }
    _ = try await world.manager.list(status: nil, limit: 10, cursor: nil)
    #expect(world.wiped.withLock { $0 } == ids)
    _ = try await world.manager.list(status: nil, limit: 10, cursor: nil)
    #expect(world.wiped.withLock { $0 } == ids)
  }
}
