import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

/// Jobs that run when their pod is due to be terminated.
@Suite struct GraceTests {
  private static let hour: TimeInterval = 3600
  private let world = World()

  /// The id of a pod that runs, ends in an hour and lets a job go on for another one.
  private func ready(grace: TimeInterval? = hour, _ change: (inout PodRequest) -> Void = { _ in }) async throws
    -> String
  {
    var request = world.request
    request.terminateAfter = world.clock.now + Self.hour
    change(&request)
    let id = try #require(try await world.manager.create(request, grace: grace, progress: .silent).id)
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    return id
  }

  private func advance(to time: Date) async {
    world.clock.advance(time.timeIntervalSince(world.clock.now))
    await world.manager.sweep()
  }

  private func words() -> [String] { world.notices.withLock { $0 } }

  @Test func aJobGoesOnForTheGraceAndIsToldBefore() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready()
    #expect(try await world.manager.get(id).jobGraceSeconds == Self.hour)
    await advance(to: end - 700)
    #expect(words().isEmpty)
    await advance(to: end - 500)
    await world.manager.sweep()
    #expect(words().count == 1)
    #expect(words().last?.contains("a job runs on it. The job may go on until") == true)
    await advance(to: end + 1)
    #expect(words().count == 2)
    #expect(words().last?.contains("goes on until \((end + Self.hour).formatted(.iso8601)) at the latest") == true)
    await advance(to: end + Self.hour - 300)
    await world.manager.sweep()
    #expect(words().count == 3)
    #expect(await world.account.pods[id] != nil)
    await advance(to: end + Self.hour + 1)
    #expect(await world.account.pods.isEmpty)
    #expect(words().last?.contains("Terminated by its deadline, \(end.formatted(.iso8601))") == true)
    let pod = try await world.manager.get(id)
    #expect(pod.status == .terminated)
    #expect(pod.lastStatusChange == "Terminated by its deadline, \(end.formatted(.iso8601))")
    #expect(try await world.manager.endedByDeadline(among: [id, "other"]) == [id])
  }

  @Test func aPodWithoutAJobEndsAtItsTime() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready()
    world.scriptCode.withLock { $0 = 1 }
    await advance(to: end - 60)
    #expect(words().isEmpty)
    await advance(to: end + 1)
    #expect(await world.account.pods[id] == nil)
  }

  @Test func aJobThatEndsWithinTheGraceEndsThePod() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready()
    await advance(to: end + 60)
    #expect(await world.account.pods[id] != nil)
    world.scriptCode.withLock { $0 = 1 }
    await advance(to: end + 120)
    #expect(await world.account.pods[id] == nil)
  }

  @Test func anEndThatWasAskedForCutsAJob() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready(grace: nil)
    await advance(to: end + 1)
    #expect(await world.account.pods[id] == nil)
    let moved = try await ready()
    #expect(try await world.manager.extend(moved, lifetimeSeconds: 60).pod.jobGraceSeconds == nil)
    await advance(to: world.clock.now + 61)
    #expect(await world.account.pods[moved] == nil)
  }

  @Test func moneyKnowsNoGrace() async throws {
    await world.account.set { $0.costPerHour = 1 }
    let start = world.clock.now
    let id = try await ready { $0.maxCost = 1.5 }
    await advance(to: start + 1.25 * Self.hour)
    #expect(await world.account.pods[id] != nil)
    await advance(to: start + 1.6 * Self.hour)
    #expect(await world.account.pods[id] == nil)
  }

  @Test func aPodThatHasCostEnoughSaysSo() async throws {
    await world.account.set { $0.costPerHour = 1 }
    let id = try await ready { $0.maxCost = 0.5 }
    await advance(to: world.clock.now + Self.hour - 600)
    #expect(try await world.manager.get(id).lastStatusChange == "Terminated by its deadline: it has cost $0.5")
  }

  /// Whoever goes by what the pod carries cannot see its jobs.
  @Test func thePodCarriesTheEndOfTheGraceAndItsProcessBoth() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready()
    let tag = PodTag(environment: try #require(await world.account.lastRequest?.env))
    #expect(tag?.terminateAfter == end + Self.hour)
    let script = world.scripts.withLock { $0.last?.text ?? "" }
    #expect(script.contains("param_grace=3600\n"))
    world.clock.advance(1.5 * Self.hour)
    #expect(try await world.manager.reap(dryRun: false).pods.map(\.verdict) == [.kept])
    world.clock.advance(Self.hour)
    #expect(try await world.manager.reap(dryRun: false).pods.map(\.verdict) == [.terminated])
    #expect(await world.account.pods[id] == nil)
  }

  /// The process on the pod ended it while no service lived.
  @Test func aPodThatItsProcessEndedIsToldAsEndedByItsDeadline() async throws {
    let end = world.clock.now + Self.hour
    let id = try await ready()
    world.clock.advance(Self.hour + 30)
    await world.account.remove(id)
    #expect(
      try await world.manager.get(id).lastStatusChange == "Terminated by its deadline, \(end.formatted(.iso8601))"
    )
    #expect(try await world.manager.endedByDeadline(among: [id]) == [id])
    let lost = try await ready()
    await world.account.remove(lost)
    world.clock.advance(200)
    #expect(try await world.manager.get(lost).status == .lost)
    #expect(try await world.manager.endedByDeadline(among: [lost]).isEmpty)
  }
}
