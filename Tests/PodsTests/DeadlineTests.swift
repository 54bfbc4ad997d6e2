import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

/// Times and costs at which a pod is ended or stopped, and who sees to it.
@Suite struct DeadlineTests {
  private let world = World()

  private func ready(_ world: World, _ change: (inout PodRequest) -> Void) async throws -> Pod {
    let id = try #require(try await world.create(change).id)
    return try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
  }

  @Test func theGreatestAgeIsATimeLikeAnyOther() async throws {
    let now = world.clock.now
    let pod = try await world.create {
      $0.maxLifetimeSeconds = 600
      $0.terminateAfter = now + 3600
      $0.stopAfter = now + 300
    }
    #expect(pod.terminateAfter == now + 600)
    #expect(pod.stopAfter == now + 300)
    #expect(pod.deadlineKeeper == .service)
    let tag = PodTag(environment: try #require(await world.account.lastRequest?.env))
    #expect(tag?.terminateAfter == now + 600)
    #expect(tag?.stopAfter == now + 300)
    #expect(tag?.created == now)
    #expect(try await tag?.ownerId == world.store.installationId())
    #expect(tag?.owner == "me@here")
  }

  @Test func aTimeThatHasPassedIsRefused() async throws {
    let now = world.clock.now
    let failure = await #expect(throws: Failure.self) { try await world.create { $0.stopAfter = now } }
    #expect(failure?.kind == .configurationInvalid)
    #expect(await world.account.calls.isEmpty)
  }

  @Test func aPodIsStoppedAtItsTimeAndNotAgainAfterAResume() async throws {
    let now = world.clock.now
    let id = try #require(try await world.create { $0.stopAfter = now + 100 }.id)
    await world.manager.sweep()
    world.clock.advance(101)
    await world.manager.sweep()
    #expect(try await world.status(id) == .stopped)
    #expect(try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil).stopAfter == nil)
    await world.manager.sweep()
    #expect(try await world.status(id) == .starting)
  }

  @Test func aPodEndsWhenItHasCostEnough() async throws {
    await world.account.set { $0.costPerHour = 2 }
    let start = world.clock.now
    let pod = try await world.create { $0.maxCost = 3 }
    let id = try #require(pod.id)
    #expect(pod.terminateAfter == start + 5400)
    world.clock.advance(3600)
    _ = try await world.manager.stop(id)
    // A stopped pod does not cost its price.
    world.clock.advance(10 * 3600)
    await world.manager.sweep()
    #expect(try await world.status(id) == .stopped)
    let resumed = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    #expect(resumed.terminateAfter == world.clock.now + 1800)
    // Another price, another time.
    world.clock.advance(900)
    await world.account.change(id) { $0.remote.costPerHour = 1 }
    #expect(try await world.manager.get(id).terminateAfter == world.clock.now + 1800)
    world.clock.advance(1801)
    await world.manager.sweep()
    #expect(try await world.status(id) == .terminated)
  }

  @Test(arguments: [PodFace.graphql, .rest]) func aProcessOnThePodKeepsThem(face: PodFace) async throws {
    let world = World(face: face)
    let start = world.clock.now
    let pod = try await ready(world) {
      $0.interruptible = false
      $0.maxLifetimeSeconds = 3600
    }
    #expect(pod.deadlineKeeper == .pod)
    let script = try #require(world.scripts.withLock { $0.first })
    #expect(world.scripts.withLock { $0.count } == 1)
    #expect(script.podId == pod.id)
    let left = Int(3600 - world.clock.now.timeIntervalSince(start))
    #expect(
      script.text.hasPrefix("param_terminate=\(left)\nparam_stop=''\nparam_idle=''\nparam_face=\(face.rawValue)\n")
    )
    #expect(
      script.text.contains("param_url=https://api.example/\(face.rawValue)\nparam_pod=\(pod.id ?? "")\n#!/bin/sh")
    )
  }

  @Test func noProcessIsNeededWhereThereIsNoDeadline() async throws {
    #expect(try await ready(world) { _ in }.deadlineKeeper == nil)
    #expect(world.scripts.withLock { $0.isEmpty })
  }

  @Test func idlenessAndCostsAreAlwaysKeptOnThePod() async throws {
    let idle = try await ready(world) { $0.idleTimeoutSeconds = 90 }
    #expect(idle.deadlineKeeper == .pod)
    #expect(idle.idleTimeoutSeconds == 90)
    #expect(world.scripts.withLock { $0.last?.text.contains("param_idle=90\n") } == true)
    _ = try await ready(world) { $0.maxCost = 1 }
    #expect(world.scripts.withLock { $0.last?.text.contains("param_terminate=1") } == true)
  }

  /// Nobody waits for it: whichever server is alive sees it come up, and starts the process.
  @Test func aPodThatNobodyWaitsForGetsItsProcessToo() async throws {
    let world = World(face: .rest)
    let pod = try await world.create {
      $0.interruptible = false
      $0.maxLifetimeSeconds = 3600
    }
    #expect(pod.deadlineKeeper == .service)
    for _ in 0..<10 {
      await world.manager.sweep()
      world.clock.advance(5)
    }
    #expect(try await world.manager.get(pod.id ?? "").deadlineKeeper == .pod)
    #expect(world.scripts.withLock { $0.count } == 1)
  }

  @Test func aStopTakesTheProcessAlong() async throws {
    let world = World(face: .rest)
    let pod = try await ready(world) {
      $0.interruptible = false
      $0.maxLifetimeSeconds = 36000
    }
    let id = try #require(pod.id)
    #expect(try await world.manager.stop(id).deadlineKeeper == .service)
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    #expect(try await world.manager.wait(id, timeout: .seconds(600), progress: .silent).deadlineKeeper == .pod)
    #expect(world.scripts.withLock { $0.count } == 2)
  }

  @Test func aPodThatItsOwnLimitHasEndedIsNotLost() async throws {
    let now = world.clock.now
    let timed = try await ready(world) { $0.terminateAfter = now + 3600 }
    let idle = try await ready(world) { $0.idleTimeoutSeconds = 90 }
    let other = try await ready(world) { $0.terminateAfter = now + 7200 }
    world.clock.advance(3600)
    for pod in [timed, idle, other] { await world.account.remove(pod.id ?? "") }
    let listed = try await world.manager.list(status: nil, limit: 3, cursor: nil).pods
    #expect(listed.map(\.status) == [.lost, .terminated, .terminated])
  }

  /// Nobody waits for the pod, and its status does not change: its container is younger than the process.
  @Test func aContainerThatBeginsAnewGetsItsProcessAgain() async throws {
    let world = World(face: .rest)
    let pod = try await ready(world) {
      $0.interruptible = false
      $0.maxLifetimeSeconds = 36000
    }
    let id = try #require(pod.id)
    for _ in 0..<10 {
      world.clock.advance(60)
      await world.manager.sweep()
    }
    #expect(world.scripts.withLock { $0.count } == 1)
    await world.account.change(id) { [now = world.clock.now] in $0.restarted = now }
    world.clock.advance(60)
    await world.manager.sweep()
    #expect(try await world.manager.get(id).deadlineKeeper == .pod)
    #expect(world.scripts.withLock { $0.count } == 2)
    let calls = await world.account.calls["pods"] ?? 0
    await world.manager.sweep()
    #expect(await world.account.calls["pods"] == calls)
  }

  @Test func aProcessThatCannotBeStartedIsTriedAgainAndThenTold() async throws {
    world.scriptCode.withLock { $0 = -1 }
    let pod = try await ready(world) { $0.idleTimeoutSeconds = 3600 }
    #expect(pod.status == .running)
    #expect(pod.deadlineKeeper == .service)
    await world.manager.sweep()
    #expect(world.scripts.withLock { $0.count } == 1)
    for _ in 0..<20 {
      world.clock.advance(5)
      await world.manager.sweep()
    }
    #expect((4...6).contains(world.scripts.withLock { $0.count }))
    #expect(world.notices.withLock { $0.count } == 1)
    world.scriptCode.withLock { $0 = 0 }
    world.clock.advance(300)
    await world.manager.sweep()
    #expect(try await world.manager.get(pod.id ?? "").deadlineKeeper == .pod)
  }

  @Test(arguments: [(3, "curl"), (4, "no key"), (5, "not accept the key")]) func anImageThatCannotIsToldAtOnce(
    code: Int,
    word: String
  ) async throws {
    world.scriptCode.withLock { $0 = code }
    _ = try await ready(world) { $0.idleTimeoutSeconds = 3600 }
    world.clock.advance(4000)
    await world.manager.sweep()
    #expect(world.scripts.withLock { $0.count } == 1)
    #expect(world.notices.withLock { $0.map { $0.contains(word) } } == [true])
  }
}
