import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

@Suite struct LifecycleTests {
  private let world = World()

  @Test func aStoppedPodIsListedAsStopped() async throws {
    let id = try await world.created()
    #expect(try await world.manager.stop(id).status == .stopped)
    let page = try await world.manager.list(status: .stopped, limit: 10, cursor: nil)
    #expect(page.pods.map(\.id) == [id])
    #expect(page.pods.first?.host == nil)
  }

  @Test func theOldRuntimeOfAStoppedPodIsNotUp() async throws {
    let id = try await world.created()
    world.clock.advance(60)
    _ = try await world.manager.get(id)
    _ = try await world.manager.stop(id)
    let failure = await #expect(throws: Failure.self) { _ = try await world.manager.endpoint(id) }
    #expect(failure?.kind == .sshUnreachable)
    #expect(failure?.hint?.contains("Resume") == true)
  }

  @Test func aSpotPodIsResumedWithItsBid() async throws {
    let id = try await world.created()
    _ = try await world.manager.stop(id)
    #expect(try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil).status == .starting)
    #expect(await world.account.bids == [0.5])
  }

  @Test func aPodOnDemandIsResumedWithoutABid() async throws {
    var request = world.request
    request.interruptible = false
    let id = try #require(try await world.manager.create(request, progress: .silent).id)
    _ = try await world.manager.stop(id)
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    #expect(await world.account.bids == [nil])
  }

  @Test func aResumedPodGetsItsNewPort() async throws {
    let id = try await world.created()
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    _ = try await world.manager.stop(id)
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    let pod = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    #expect(pod.sshPort == 11001)
  }

  @Test func thePortOfBeforeAResumeIsNotBelieved() async throws {
    let id = try await world.created()
    _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
    _ = try await world.manager.stop(id)
    // For some seconds after the resume, RunPod shows the container of before.
    await world.account.set { $0.staleDelay = 40 }
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    let listed = try await world.manager.list(status: nil, limit: 1, cursor: nil)
    #expect(listed.pods.first?.status == .starting)
    #expect(try await world.manager.wait(id, timeout: .seconds(600), progress: .silent).sshPort == 11001)
  }

  @Test func aResumeThatWasDeniedAndDoneIsDone() async throws {
    let id = try await world.created()
    _ = try await world.manager.stop(id)
    await world.account.prepare("resume", .deniedYetDone)
    #expect(try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil).status == .starting)
  }

  @Test func restResumesNeitherSpotPodsNorWithOtherGPUs() async throws {
    let id = try await world.created()
    let fixed = try #require(try await world.create { $0.interruptible = false }.id)
    _ = try await world.manager.stop(id)
    _ = try await world.manager.stop(fixed)
    world.account.currentFace.withLock { $0 = .rest }
    for (id, count) in [(id, nil), (fixed, 2)] as [(String, Int?)] {
      let failure = await #expect(throws: Failure.self) {
        try await world.manager.resume(id, gpuCount: count, bidPerGpu: nil)
      }
      #expect(failure?.kind == .conflict)
      #expect(failure?.resources == ["podId": id])
    }
    #expect(await world.account.calls["resume"] == nil)
    #expect(try await world.manager.resume(fixed, gpuCount: nil, bidPerGpu: nil).status == .starting)
  }

  @Test func aResumeKeepsToTheLimitOfAllPods() async throws {
    let world = World(budget: 0.6)
    let id = try await world.created()
    _ = try await world.manager.stop(id)
    await world.account.set { $0.costPerHour = 0.5 }
    let other = try await world.created()
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    }
    #expect(failure?.kind == .insufficientBalance)
    _ = try await world.manager.stop(other)
    #expect(try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil).status == .starting)
  }

  @Test func aFullHostIsToldAndThePodStaysStopped() async throws {
    let id = try await world.created()
    _ = try await world.manager.stop(id)
    await world.account.prepare("resume", .refused(Failure(.noCapacity, "There are not enough free GPUs on the host")))
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    }
    #expect(failure?.kind == .noCapacity)
    #expect(try await world.status(id) == .stopped)
  }

  @Test func aTerminatedPodIsGoneAndSaysSo() async throws {
    let id = try await world.created()
    let pod = try await world.manager.terminate(id)
    #expect(pod.status == .terminated)
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.manager.terminate(id).status == .terminated)
    let failure = await #expect(throws: Failure.self) { try await world.manager.stop(id) }
    #expect(failure?.kind == .notFound)
  }

  @Test func anAnswerProvesNothing() async throws {
    let id = try await world.created()
    // RunPod says "not found to terminate", and the pod is there.
    await world.account.prepare("terminate", .refused(Failure(.notFound, "pod not found to terminate")))
    let failure = await #expect(throws: Failure.self) { try await world.manager.terminate(id) }
    #expect(failure?.resources == ["podId": id])
    #expect(try await world.status(id) == .terminating)
    await world.manager.sweep()
    #expect(try await world.status(id) == .terminated)
    #expect(await world.account.pods.isEmpty)
  }

  @Test func anUnknownPodIsNotFound() async throws {
    for attempt in [world.manager.stop, world.manager.terminate, world.manager.get] {
      let failure = await #expect(throws: Failure.self) { _ = try await attempt("nobody") }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test func aPodOfTheAccountThatIsNamedIsEntered() async throws {
    let other = try await world.account.createByHand()
    #expect(try await world.manager.list(status: nil, limit: 10, cursor: nil).pods.isEmpty)
    #expect(try await world.manager.get(other.id).name == "by hand")
    #expect(try await world.manager.get(other.id).imageName == "x")
    #expect(try await world.manager.list(status: nil, limit: 10, cursor: nil).pods.map(\.id) == [other.id])
  }

  @Test func statusShowsBothSides() async throws {
    let id = try await world.created()
    #expect(try await world.manager.status(id).agrees)
    await world.account.change(id) { $0.remote.desiredStatus = "EXITED" }
    let report = try await world.manager.status(id)
    #expect(report.pod.status == .starting)
    #expect(report.remote?.desiredStatus == "EXITED")
    #expect(!report.agrees)
    #expect(try await world.manager.status(id).agrees)
  }

  @Test func listsInPagesWithOneCallEach() async throws {
    for _ in 0..<5 { _ = try await world.create() }
    let first = try await world.manager.list(status: nil, limit: 3, cursor: nil)
    #expect(first.pods.map(\.id) == ["pod5", "pod4", "pod3"])
    let second = try await world.manager.list(status: nil, limit: 3, cursor: first.nextCursor)
    #expect(second.pods.map(\.id) == ["pod2", "pod1"])
    #expect(second.nextCursor == nil)
    #expect(await world.account.calls["pods"] == 2)
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.list(status: nil, limit: 3, cursor: "x")
    }
    #expect(failure?.kind == .configurationInvalid)
  }

  @Test func aDeadlineIsKept() async throws {
    var request = world.request
    request.terminateAfter = world.clock.now + 3600
    let id = try #require(try await world.manager.create(request, progress: .silent).id)
    await world.manager.sweep()
    #expect(await world.account.calls["terminate"] == nil)
    world.clock.advance(3601)
    await world.manager.sweep()
    #expect(try await world.status(id) == .terminated)
  }

  @Test func aPodThatNobodyHoldsAnyMoreIsEnded() async throws {
    let name = "held"
    let pod = try await world.manager.create(world.request, intent: name, heldFor: 900, progress: .silent)
    let id = try #require(pod.id)
    #expect(pod.terminateAfter == nil)
    try await world.manager.hold(id, for: 1800)
    world.clock.advance(1000)
    await world.manager.sweep()
    #expect(await world.account.pods.count == 1)
    world.clock.advance(1000)
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.manager.find(intent: name)?.status == .terminated)
  }

  @Test func aPodThatIsHeldNoMoreStays() async throws {
    let pod = try await world.manager.create(world.request, heldFor: 900, progress: .silent)
    try await world.manager.hold(try #require(pod.id), for: nil)
    world.clock.advance(5000)
    await world.manager.sweep()
    #expect(await world.account.pods.count == 1)
  }

  @Test func whatWasAskedForUnderANameIsReleasedByIt() async throws {
    #expect(try await world.manager.release(intent: "nobody") == nil)
    await world.account.prepare("create", .unanswered(happens: true))
    let failed = Task { try await world.manager.create(world.request, intent: "unclear", progress: .silent) }
    _ = await failed.result
    #expect(try await world.manager.release(intent: "unclear")?.status == .terminated)
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.manager.release(intent: "unclear")?.status == .terminated)
    await world.account.prepare("create", .refused(Failure(.noCapacity, "No instances available.")))
    await #expect(throws: Failure.self) {
      try await world.manager.create(world.request, intent: "refused", progress: .silent)
    }
    #expect(try await world.manager.release(intent: "refused") == nil)
    #expect(try await world.manager.find(intent: "refused") == nil)
  }
}
