import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess
import Testing

@testable import Pods

@Suite struct WaitTests {
  private let world = World()

  @Test func aPodIsReadyWhenItsBannerIsThere() async throws {
    let id = try await world.created()
    let messages = Messages()
    let pod = try await world.manager.wait(id, timeout: .seconds(600), progress: messages.progress)
    #expect(pod.status == .running)
    #expect(pod.host == "203.0.113.7")
    #expect(pod.sshPort == 10001)
    #expect(messages.all.contains { $0.contains("waiting for the host to start the container (") })
    #expect(messages.all.contains { $0.contains("waiting for a public SSH port (") })
    #expect(messages.all.last == "Pod \(id): ready")
    let endpoint = try await world.manager.endpoint(id)
    #expect(endpoint.port == 10001)
  }

  /// The same on the machine's own clock: few looks until it is ready, and a time limit that ends the wait.
  @Test func worksOnTheMachinesClock() async throws {
    let account = SimulatedAccount(now: { Date.now })
    await account.set { account in
      account.runtimeDelay = 0.1
      account.portDelay = 0.2
    }
    let manager = PodManager(
      provider: account,
      store: PodStore(.inMemory()),
      mirror: nil,
      publicKey: nil,
      probe: { _, _, _ in .banner("SSH-2.0-OpenSSH_9.2p1") }
    )
    let id = try #require(try await manager.create(world.request, progress: .silent).id)
    #expect(try await manager.wait(id, timeout: .seconds(20), progress: .silent).status == .running)
    #expect((1...3).contains(await account.calls["pods"] ?? 0))

    await account.set { $0.hasPublicPort = false }
    let stuck = try #require(try await manager.create(world.request, progress: .silent).id)
    await #expect(throws: Failure.self) {
      try await manager.wait(stuck, timeout: .milliseconds(300), progress: .silent)
    }
    await manager.close()
  }

  @Test func aPodWithoutSSHDTimesOutWithItsStage() async throws {
    world.answer.withLock { $0 = .refused }
    let id = try await world.created()
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait(id, timeout: .seconds(300), progress: .silent)
    }
    #expect(failure?.kind == .timeout)
    #expect(failure?.resources == ["podId": id])
    #expect(failure?.details["stage"] == "waitingForSSHD")
    #expect(failure?.hint?.contains("sshd") == true)
    #expect(try await world.status(id) == .running)
  }

  @Test func aPodWithoutAPublicPortTimesOutWithOtherAdvice() async throws {
    await world.account.set { $0.hasPublicPort = false }
    let id = try await world.created()
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait(id, timeout: .seconds(300), progress: .silent)
    }
    #expect(failure?.details["stage"] == "waitingForPorts")
    #expect(failure?.hint?.contains("SECURE") == true)
  }

  @Test func anImageThatCannotBePulledIsToldAtOnce() async throws {
    let id = try await world.created()
    await world.account.change(id) { pod in
      pod.remote.desiredStatus = "EXITED"
      pod.remote.lastStatusChange = "Exited by Runpod: today"
    }
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    }
    #expect(failure?.message.contains("image") == true)
    #expect(failure?.retryable == false)
    #expect(try await world.status(id) == .stopped)
  }

  @Test func aPodThatVanishesIsTold() async throws {
    let id = try await world.created()
    world.clock.advance(200)
    await world.account.remove(id)
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    }
    #expect(failure?.kind == .notFound)
    #expect(try await world.status(id) == .lost)
  }

  @Test func anUnknownPodIsToldAtOnce() async throws {
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait("nobody", timeout: .seconds(600), progress: .silent)
    }
    #expect(failure?.kind == .notFound)
    #expect(await world.account.calls["pods"] == nil)
  }

  @Test func oneBlindAnswerIsNotDown() async throws {
    let id = try await world.created()
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    let next = (await world.account.calls["pods"] ?? 0) + 1
    await world.account.set { $0.blindCalls = [next] }
    let page = try await world.manager.list(status: nil, limit: 10, cursor: nil)
    #expect(page.pods.first?.status == .running)
    #expect(page.pods.first?.sshPort == 10001)
  }

  @Test func aPassingFaultOfTheAPIIsWaitedOut() async throws {
    let id = try await world.created()
    let busy = SimulatedAccount.Fate.refused(
      Failure(.rateLimited, "Slow down.", details: ["retryAfterSeconds": "50"])
    )
    await world.account.prepare("pods", busy, busy)
    let start = world.clock.now
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    #expect(world.clock.now.timeIntervalSince(start) >= 100)
  }

  @Test func aBadKeyIsNotWaitedOut() async throws {
    let id = try await world.created()
    await world.account.prepare("pods", .refused(Failure(.unauthorized, "The key is not valid.")))
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    }
    #expect(failure?.kind == .unauthorized)
  }

  @Test func aCancelledWaitEnds() async throws {
    world.answer.withLock { $0 = .silent }
    let id = try await world.created()
    let world = world
    let task = Task { try await world.manager.wait(id, timeout: .seconds(1_000_000), progress: .silent) }
    while await world.account.calls["pods", default: 0] < 3 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  /// One list call a tick for all, whatever their number.
  @Test(arguments: [1, 10, 100, 1000]) func callsDoNotGrowWithWaiters(count: Int) async throws {
    var ids: [String] = []
    for _ in 0..<count { ids.append(try await world.created()) }
    try await withThrowingTaskGroup { group in
      for id in ids {
        group.addTask { [world] in
          _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
        }
      }
      try await group.waitForAll()
    }
    let calls = await world.account.calls["pods"] ?? 0
    #expect(calls <= 25)
    #expect(await world.account.calls["pod"] == nil)
  }
}
