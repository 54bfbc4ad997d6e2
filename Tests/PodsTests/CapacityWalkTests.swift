import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Pods

/// Requests that can be met in several ways.
@Suite struct CapacityWalkTests {
  private static let full = SimulatedAccount.Fate.refused(
    Failure(.noCapacity, "There are no longer any instances available.")
  )

  private func request(_ types: [String], _ change: (inout PodRequest) -> Void = { _ in }) -> PodRequest {
    var request = PodRequest(imageName: "x", gpuTypeIds: types, bidPerGpu: 0.5, interruptible: true)
    change(&request)
    return request
  }

  private func offer(_ type: String, _ stock: Offer.Stock = .high, price: Double = 0.4, bid: Double? = 0.2) -> Offer {
    Offer(gpuTypeId: type, cloudType: "SECURE", stock: stock, pricePerHour: price, minimumBidPerGpu: bid)
  }

  @Test func aSingleWayIsALookAndACall() async throws {
    let world = World()
    _ = try await world.create()
    #expect(await world.account.calls == ["offers": 1, "create": 1])
  }

  @Test func theNextIsTriedWhenThereIsNoCapacity() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A"), offer("B", .none), offer("C")]] in $0.offers = offers }
    await world.account.prepare("create", Self.full)
    let pod = try await world.manager.create(request(["A", "B", "C"]), progress: .silent)
    #expect(pod.gpuTypeId == "C")
    #expect(await world.account.candidates.map(\.gpuTypeId) == ["A", "C"])
    #expect(await world.account.calls == ["offers": 1, "create": 2])
    #expect(try await world.rows().count == 1)
  }

  @Test func thoseWhoWalkTogetherLookOnce() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A", .none), offer("B")]] in $0.offers = offers }
    let request = request(["A", "B"])
    try await withThrowingTaskGroup { group in
      for _ in 0..<9 { group.addTask { try await world.manager.create(request, progress: .silent) } }
      for try await pod in group { #expect(pod.gpuTypeId == "B") }
    }
    #expect(await world.account.calls == ["offers": 1, "create": 9])
  }

  @Test func preferGoesFromSpotToOnDemand() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A")]] in $0.offers = offers }
    await world.account.prepare("create", Self.full)
    let pod = try await world.manager.create(request(["A"]) { $0.interruptible = .prefer }, progress: .silent)
    #expect(!pod.interruptible)
    #expect(await world.account.candidates.map(\.isSpot) == [true, false])
  }

  @Test func theLastFailureListsEveryAnswer() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A"), offer("B", .none), offer("C")]] in $0.offers = offers }
    await world.account.prepare("create", Self.full, Self.full)
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A", "B", "C"]), progress: .silent)
    }
    #expect(failure?.kind == .noCapacity)
    #expect(failure?.details.values.sorted().map { $0.prefix(1) } == ["A", "B", "C"])
    #expect(failure?.details.values.contains { $0.contains("no longer any instances") } == true)
    #expect(failure?.details.values.contains { $0.contains("in stock") } == true)
    #expect(try await world.rows().map(\.state) == [.failed])
  }

  @Test func whatIsHopelessAltogetherIsNotEvenAskedFor() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A", .none), offer("B", .none)]] in $0.offers = offers }
    await #expect(throws: Failure.self) { try await world.manager.create(request(["A", "B"]), progress: .silent) }
    #expect(await world.account.calls == ["offers": 1])
    #expect(try await world.rows().isEmpty)
  }

  @Test(arguments: [Failure.Kind.insufficientBalance, .unauthorized, .rateLimited])
  func otherRefusalsEndTheWalk(kind: Failure.Kind) async throws {
    let world = World()
    await world.account.set { [offers = [offer("A"), offer("B")]] in $0.offers = offers }
    await world.account.prepare("create", .refused(Failure(kind, "No.")))
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A", "B"]), progress: .silent)
    }
    #expect(failure?.kind == kind)
    #expect(await world.account.calls["create"] == 1)
    #expect(try await world.rows().map(\.state) == [.failed])
  }

  /// Whatever that call made would have the request's name: another one under it could be the second.
  @Test func anUnclearAnswerEndsTheWalk() async throws {
    let world = World()
    await world.account.set { [offers = [offer("A"), offer("B")]] in $0.offers = offers }
    await world.account.prepare("create", .unanswered(happens: false))
    await #expect(throws: Failure.self) { try await world.manager.create(request(["A", "B"]), progress: .silent) }
    #expect(await world.account.calls["create"] == 1)
  }

  @Test func aLookThatFailsIsDoneWithout() async throws {
    let world = World()
    await world.account.prepare("offers", .refused(Failure(.networkFailure, "No network.")))
    #expect(try await world.manager.create(request(["A", "B"]), progress: .silent).gpuTypeId == "A")
    await world.account.prepare("offers", .refused(Failure(.networkFailure, "No network.")))
    // There is no bid without one.
    await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A"]) { $0.bidPerGpu = .auto }, progress: .silent)
    }
  }

  @Test func restRefusesSpotPodsAtOnceAndTakesPreferForOnDemand() async throws {
    let world = World(face: .rest)
    let failure = await #expect(throws: Failure.self) { try await world.create() }
    #expect(failure?.kind == .configurationInvalid)
    #expect(await world.account.calls.isEmpty)
    #expect(try await world.rows().isEmpty)
    let pod = try await world.manager.create(request(["A"]) { $0.interruptible = .prefer }, progress: .silent)
    #expect(!pod.interruptible)
    #expect(await world.account.calls == ["offers": 1, "create": 1])
  }

  @Test func aPodThatCostsMoreThanAllowedIsNotKept() async throws {
    let world = World()
    await world.account.set { $0.costPerHour = 0.6 }
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A"]) { $0.maxCostPerHour = 0.5 }, progress: .silent)
    }
    #expect(failure?.kind == .noCapacity)
    #expect(failure?.message.contains("$0.6") == true)
    #expect(await world.account.pods.isEmpty)
  }

  @Test func allPodsTogetherCostNoMoreThanTheLimit() async throws {
    let world = World(budget: 0.9)
    let spot = request(["A"]) { $0.bidPerGpu = 0.4 }
    let first = try await world.manager.create(spot, progress: .silent)
    await world.account.set { $0.costPerHour = 0.4 }
    _ = try await world.manager.create(spot, progress: .silent)
    let failure = await #expect(throws: Failure.self) { try await world.manager.create(spot, progress: .silent) }
    #expect(failure?.kind == .insufficientBalance)
    #expect(failure?.message.contains("MAX_COST_PER_HOUR") == true)
    #expect(await world.account.pods.count == 2)
    _ = try await world.manager.terminate(first.id ?? "")
    _ = try await world.manager.create(spot, progress: .silent)
  }

  /// Others of the account rent as well: by hand, or from another machine.
  @Test func theLimitCountsTheWholeAccount() async throws {
    let world = World(budget: 0.9)
    await world.account.set { $0.costPerHour = 0.6 }
    _ = try await world.account.createByHand()
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A"]) { $0.bidPerGpu = 0.4 }, progress: .silent)
    }
    #expect(failure?.kind == .insufficientBalance)
    #expect(failure?.message.contains("$0.6") == true)
    await world.account.prepare("pods", .refused(Failure(.networkFailure, "No network.")))
    // What cannot be counted is not rented beyond.
    await #expect(throws: Failure.self) {
      try await world.manager.create(request(["A"]) { $0.bidPerGpu = 0.1 }, progress: .silent)
    }
    _ = try await world.manager.create(request(["A"]) { $0.bidPerGpu = 0.1 }, progress: .silent)
  }

  @Test func namesAreSaidAsTheyAreTaken() async throws {
    let world = World()
    let offers = [
      Offer(gpuTypeId: "NVIDIA GeForce RTX 4090", displayName: "RTX 4090", cloudType: "SECURE", stock: .high),
      Offer(gpuTypeId: "NVIDIA L4", displayName: "L4", cloudType: "SECURE", stock: .high),
    ]
    await world.account.set { $0.offers = offers }
    let messages = Messages()
    let pod = try await world.manager.create(request(["4090"]), progress: messages.progress)
    #expect(pod.gpuTypeId == "NVIDIA GeForce RTX 4090")
    #expect(messages.all.contains { $0.contains("\"4090\" is \"NVIDIA GeForce RTX 4090\"") })
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.create(request(["RTX 4080"]), progress: .silent)
    }
    #expect(failure?.kind == .configurationInvalid)
    #expect(failure?.message.contains("NVIDIA GeForce RTX 4090") == true)
    #expect(try await world.rows().count == 1)
  }

  @Test func theEndSaysWhatItBecameAndItsPrice() async throws {
    let world = World()
    let messages = Messages()
    await world.account.set { [offers = [offer("A")]] in $0.offers = offers }
    await world.account.prepare("create", Self.full)
    _ = try await world.manager.create(request(["A"]) { $0.interruptible = .prefer }, progress: messages.progress)
    #expect(messages.all.last?.contains("on demand, for $0.2 an hour") == true)
  }

  /// Many at once: what is asked for counts before it is answered.
  @Test func theLimitHoldsForThoseWhoAskTogether() async throws {
    let world = World(budget: 2)
    await world.account.set { $0.costPerHour = 0.5 }
    let made = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<20 { group.addTask { (try? await world.create()) != nil } }
      return await group.reduce(into: 0) { count, isMade in count += isMade ? 1 : 0 }
    }
    #expect(made == 4)
    #expect(await world.account.pods.count == 4)
  }

  @Test func aCheaperWayMayStillFit() async throws {
    let world = World(budget: 0.5)
    await world.account.set { [offers = [offer("A", price: 0.8), offer("B", price: 0.4)]] in $0.offers = offers }
    let pod = try await world.manager.create(request(["A", "B"]) { $0.interruptible = false }, progress: .silent)
    #expect(pod.gpuTypeId == "B")
  }
}
