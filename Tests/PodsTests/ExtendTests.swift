import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

/// Deadlines that are moved.
@Suite struct ExtendTests {
  private let world = World()

  @Test func aDeadlineMovesInEveryRecord() async throws {
    let now = world.clock.now
    let id = try #require(try await world.create { $0.terminateAfter = now + 3600 }.id)
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    let (pod, warnings) = try await world.manager.extend(id, terminateAfter: now + 7200)
    #expect(pod.terminateAfter == now + 7200)
    #expect(pod.deadlineKeeper == .pod)
    let left = Int(7200 - world.clock.now.timeIntervalSince(now))
    #expect(world.scripts.withLock { $0.last?.text.hasPrefix("param_terminate=\(left)\n") } == true)
    // The pod's own copy cannot change.
    #expect(warnings.count == 1 && warnings[0].contains("environment"))
    world.clock.advance(4000)
    await world.manager.sweep()
    #expect(await world.account.pods[id] != nil)
    _ = try await world.manager.extend(id, lifetimeSeconds: 60)
    world.clock.advance(61)
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
  }

  @Test func aProcessThatCannotBeToldOfTheMoveIsTold() async throws {
    let now = world.clock.now
    let id = try #require(try await world.create { $0.terminateAfter = now + 3600 }.id)
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    world.scriptCode.withLock { $0 = -1 }
    let (pod, warnings) = try await world.manager.extend(id, lifetimeSeconds: 60)
    #expect(pod.deadlineKeeper == .service)
    #expect(warnings.count == 1 && warnings[0].contains("could not be reached"))
  }

  @Test func aMoveIntoThePastOrOfNothingIsRefused() async throws {
    let id = try await world.created()
    for change: (end: Date?, stop: Date?) in [(nil, nil), (world.clock.now, nil), (nil, world.clock.now - 1)] {
      let failure = await #expect(throws: Failure.self) {
        try await world.manager.extend(id, terminateAfter: change.end, stopAfter: change.stop)
      }
      #expect(failure?.kind == .configurationInvalid)
    }
  }
}
