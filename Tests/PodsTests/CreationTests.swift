import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

@Suite struct CreationTests {
  private let world = World()

  @Test func aPodIsInTheBooksWithItsTimes() async throws {
    let pod = try await world.create()
    #expect(pod.id == "pod1")
    #expect(pod.status == .starting)
    #expect(pod.name.hasPrefix("runpod-rpc-"))
    #expect(pod.costPerHour == 0.2)
    #expect(pod.created == world.clock.now)
    #expect(try await world.rows().map(Pod.init) == [pod])
  }

  @Test func theCallersNameIsKeptAndMadeUnique() async throws {
    var request = world.request
    request.name = "trainer"
    let first = try await world.manager.create(request, progress: .silent)
    let second = try await world.manager.create(request, progress: .silent)
    #expect(first.name.hasPrefix("trainer-"))
    #expect(first.name != second.name)
    #expect(PodIntent.unique(for: String(repeating: "x", count: 500)).count == 191)
  }

  @Test func theKeyIsGivenUnlessTheRequestHasOne() async throws {
    let world = World(publicKey: "ssh-ed25519 ours")
    var request = world.request
    _ = try await world.manager.create(request, progress: .silent)
    #expect(await world.account.lastRequest?.env["PUBLIC_KEY"] == "ssh-ed25519 ours")
    request.env["PUBLIC_KEY"] = "theirs"
    _ = try await world.manager.create(request, progress: .silent)
    #expect(await world.account.lastRequest?.env["PUBLIC_KEY"] == "theirs")
  }

  @Test func theBooksHaveNoSecrets() async throws {
    var request = world.request
    request.env = ["HF_TOKEN": "hf_verysecret"]
    _ = try await world.manager.create(request, progress: .silent)
    let text = try #require(try await world.rows().first?.request)
    #expect(text.contains("HF_TOKEN"))
    #expect(!text.contains("hf_verysecret"))
  }

  @Test func aRefusalIsToldAsItIs() async throws {
    await world.account.prepare("create", .refused(Failure(.noCapacity, "There are no longer any instances available")))
    let failure = await #expect(throws: Failure.self) { try await world.create() }
    #expect(failure?.kind == .noCapacity)
    #expect(failure?.resources.isEmpty == true)
    #expect(try await world.rows().map(\.state) == [.failed])
    #expect(await world.account.calls["pods"] == nil)
  }

  @Test(arguments: [SimulatedAccount.Fate.unanswered(happens: true), .deniedYetDone])
  func aPodWhoseAnswerWasLostIsAdopted(fate: SimulatedAccount.Fate) async throws {
    await world.account.set { $0.listDelay = 10 }
    await world.account.prepare("create", fate)
    let pod = try await world.create()
    #expect(pod.id == "pod1")
    #expect(try await world.rows().map(\.podId) == ["pod1"])
    #expect(await world.account.calls["create"] == 1)
  }

  @Test func aPodThatIsProvedAbsentIsAFailureThatMayBeTriedAgain() async throws {
    await world.account.prepare("create", .unanswered(happens: false))
    let failure = await #expect(throws: Failure.self) { try await world.create() }
    #expect(failure?.kind == .networkFailure)
    #expect(failure?.retryable == true)
    #expect(try await world.rows().map(\.state) == [.failed])
  }

  @Test func whatCannotBeLookedUpStaysPendingUntilItCan() async throws {
    let cut = SimulatedAccount.Fate.refused(Failure(.networkFailure, "The network is unreachable."))
    await world.account.prepare("create", .unanswered(happens: true))
    await world.account.prepare("pods", cut, cut, cut, cut, cut, cut)
    let failure = await #expect(throws: Failure.self) { try await world.create() }
    #expect(failure?.kind == .ambiguousOutcome)
    #expect(try await world.rows().map(\.state) == [.pending])
    let page = try await world.manager.list(status: nil, limit: 10, cursor: nil)
    #expect(page.pods.map(\.id) == ["pod1"])
  }

  @Test func aPodThatTurnsUpAfterItWasGivenUpIsEnded() async throws {
    await world.account.set { $0.listDelay = 100 }
    await world.account.prepare("create", .unanswered(happens: true))
    await #expect(throws: Failure.self) { try await world.create() }
    world.clock.advance(120)
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.rows().map(\.state) == [.terminated])
  }

  @Test func aRequestThatIsCancelledBeforehandRentsNothing() async throws {
    let world = world
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await world.create()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(await world.account.calls["create"] == nil)
  }

  @Test func aRequestThatIsCancelledDuringTheCallLeavesNoPod() async throws {
    let world = world
    let request = Locked<Task<Pod, any Error>?>(nil)
    let task = Task {
      while request.withLock({ $0 == nil }) { await Task.yield() }
      let cancelling = Progress { update in
        if update.message.hasPrefix("Renting") { request.withLock { $0 }?.cancel() }
      }
      return try await world.manager.create(world.request, progress: cancelling)
    }
    request.withLock { $0 = task }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(await world.account.calls["create"] == 1)
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.rows().map(\.state) == [.terminated])
  }

  @Test func theSameIntentRentsOnce() async throws {
    let first = try await world.manager.create(world.request, intent: "fixed-name", progress: .silent)
    let second = try await world.manager.create(world.request, intent: "fixed-name", progress: .silent)
    #expect(first.id == second.id)
    #expect(await world.account.calls["create"] == 1)
  }
}
