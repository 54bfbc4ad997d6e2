import Concurrency
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Pods

/// What is offered for a spot pod that is to come back.
@Suite struct ResumeBidTests {
  private let world = World()

  private func stopped(_ change: (inout PodRequest) -> Void = { _ in }) async throws -> String {
    let id = try #require(try await world.create(change).id)
    _ = try await world.manager.stop(id)
    return id
  }

  @Test func anAutomaticBidIsAboveWhatRunPodWantsForThisPod() async throws {
    await world.account.set { $0.lowestBid = 0.3 }
    let id = try await stopped()
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    #expect(await world.account.bids == [0.36])
    // The next resume without a word goes by it.
    _ = try await world.manager.stop(id)
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: nil)
    #expect(await world.account.bids == [0.36, 0.36])
  }

  @Test func withoutAWordOfThisPodTheOffersAreGoneBy() async throws {
    await world.account.prepare("lowestBid", .refused(Failure(.apiFailure, "Cannot query field.")))
    await world.account.set { account in
      account.offers = [0.2, 0.25].map { bid in
        Offer(gpuTypeId: "NVIDIA L4", cloudType: "SECURE", stock: .low, pricePerHour: 0.28, minimumBidPerGpu: bid)
      }
    }
    let id = try await stopped()
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    // Not above what the pod would cost on demand.
    #expect(await world.account.bids == [0.28])
  }

  @Test func theLimitThatItWasRentedWithStands() async throws {
    let id = try await stopped { $0.maxCostPerHour = 0.55 }
    await world.account.set { $0.lowestBid = 0.5 }
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    #expect(await world.account.bids == [0.55])
    _ = try await world.manager.stop(id)
    await world.account.set { $0.lowestBid = 0.56 }
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    }
    #expect(failure?.kind == .noCapacity)
    #expect(failure?.message.contains("0.55") == true)
    #expect(await world.account.bids.count == 1)
  }

  @Test func aPodOnDemandNeedsNone() async throws {
    let id = try await stopped { $0.interruptible = false }
    _ = try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    #expect(await world.account.bids == [nil])
  }

  @Test func whereNothingIsSaidItHasToBeNamed() async throws {
    let id = try await stopped()
    let failure = await #expect(throws: Failure.self) {
      try await world.manager.resume(id, gpuCount: nil, bidPerGpu: .auto)
    }
    #expect(failure?.hint?.contains("bidPerGpu") == true)
  }
}
