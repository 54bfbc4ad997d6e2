import Reporting
import RunPodAPI
import Testing

@testable import Pods

/// Which calls a request is worth, from what RunPod has.
@Suite struct CapacityPlanTests {
  private func request(_ change: (inout PodRequest) -> Void = { _ in }) -> PodRequest {
    var request = PodRequest(imageName: "x", gpuTypeIds: ["A", "B"], bidPerGpu: 0.5, interruptible: true)
    change(&request)
    return request
  }

  private func words(_ plan: CapacityPlan) -> [String] { plan.attempts.map(\.candidate.words) }

  @Test func theOrderIsSpotThenTypeThenCloudThenDataCentre() {
    let request = request {
      $0.interruptible = .prefer
      $0.cloudTypes = ["SECURE", "COMMUNITY"]
      $0.dataCenterIds = ["X", "Y"]
    }
    let order = request.candidates(face: .graphql).map(\.words)
    #expect(order.count == 16)
    #expect(order[0] == "A, SECURE, X, spot")
    #expect(order[1] == "A, SECURE, Y, spot")
    #expect(order[2] == "A, COMMUNITY, X, spot")
    #expect(order[4] == "B, SECURE, X, spot")
    #expect(order[8] == "A, SECURE, X, on demand")
  }

  @Test func restHasNoSpotPodsAndTakesOneCloudAtATime() {
    let request = request {
      $0.gpuTypeIds = ["A"]
      $0.interruptible = .prefer
      $0.cloudTypes = ["ALL"]
    }
    #expect(request.candidates(face: .rest).map(\.words) == ["A, SECURE, on demand", "A, COMMUNITY, on demand"])
    #expect(request.candidates(face: .graphql).map(\.words) == ["A, ALL, spot", "A, ALL, on demand"])
  }

  @Test func whatCannotBePlannedWithoutOffers() {
    let one = request { $0.gpuTypeIds = ["A"] }
    #expect(!one.needsOffers(face: .graphql, hasBudget: true))
    let automatic = request {
      $0.gpuTypeIds = ["A"]
      $0.bidPerGpu = .auto
    }
    #expect(automatic.needsOffers(face: .graphql, hasBudget: false))
    let limited = request {
      $0.gpuTypeIds = ["A"]
      $0.interruptible = false
      $0.maxCostPerHour = 1
    }
    #expect(!limited.needsOffers(face: .graphql, hasBudget: false))
    // Where a pod on demand will do, no bid is needed.
    #expect(!PodRequest(imageName: "x", gpuTypeIds: ["A"]).needsOffers(face: .graphql, hasBudget: false))
    #expect(limited.needsOffers(face: .rest, hasBudget: false))
    #expect(CapacityPlan(limited, face: .graphql, offers: nil).attempts.map(\.candidate.maxCostPerHour) == [1])
  }

  @Test(
    arguments: [
      ([], "no such GPU type"),
      ([Offer(gpuTypeId: "A", cloudType: "SECURE", gpuCount: 2, stock: .high, maxGpuCount: 1)], "1 of them at most"),
      ([Offer(gpuTypeId: "A", cloudType: "SECURE", stock: .high, minimumBidPerGpu: 0.6)], "below the lowest, $0.6"),
      ([Offer(gpuTypeId: "A", cloudType: "SECURE", stock: .high, minimumBidPerGpu: 1.5)], "more than $1"),
    ] as [([Offer], String)]
  )
  func theHopelessIsLeftOutWithItsReason(offers: [Offer], reason: String) {
    let request = request {
      $0.gpuTypeIds = ["A"]
      $0.gpuCount = offers.first?.gpuCount ?? 1
      $0.maxCostPerHour = 1
    }
    let plan = CapacityPlan(request, face: .graphql, offers: offers)
    #expect(plan.attempts.isEmpty)
    #expect(plan.skipped.first?.text.contains(reason) == true)
  }

  @Test(
    arguments: [
      // The lowest and a fifth, and a cent at least.
      (0.2, 1, nil, 1.0, 0.24), (0.02, 1, nil, 1.0, 0.03),
      // Not above the price on demand, which could be had for sure, nor above the limit.
      (0.2, 1, nil, 0.22, 0.22), (0.2, 1, 0.21, 1.0, 0.21), (0.2, 2, 0.45, 2.0, 0.225),
    ] as [(Double, Int, Double?, Double, Double)]
  )
  func anAutomaticBidIsTheLowestAndAMargin(floor: Double, count: Int, limit: Double?, price: Double, bid: Double) {
    let request = request {
      $0.gpuTypeIds = ["A"]
      $0.gpuCount = count
      $0.bidPerGpu = .auto
      $0.maxCostPerHour = limit
    }
    let offer = Offer(
      gpuTypeId: "A",
      cloudType: "SECURE",
      gpuCount: count,
      stock: .low,
      pricePerHour: price,
      minimumBidPerGpu: floor
    )
    let plan = CapacityPlan(request, face: .graphql, offers: [offer])
    #expect(plan.attempts.map(\.candidate.bidPerGpu) == [bid])
    #expect(plan.attempts.first?.expectedCost == bid * Double(count))
  }

  /// RunPod's word about its stock can be wrong a moment later: a single way is asked for all the same.
  @Test func aSingleWayOutOfStockIsAskedForAllTheSame() {
    let offers = [Offer(gpuTypeId: "A", cloudType: "SECURE", stock: .none, pricePerHour: 0.4)]
    #expect(words(CapacityPlan(request { $0.gpuTypeIds = ["A"] }, face: .graphql, offers: offers)).count == 1)
    let both = request {
      $0.gpuTypeIds = ["A"]; $0.interruptible = .prefer
    }
    #expect(words(CapacityPlan(both, face: .graphql, offers: offers)).isEmpty)
  }

  @Test(
    arguments: [
      // A spot pod is cheaper: it comes first.
      (nil, 0.2, ["A, spot at $0.24", "A, on demand"]), (.auto, 0.2, ["A, spot at $0.24", "A, on demand"]),
      (0.3, 0.2, ["A, spot at $0.3", "A, on demand"]),
      // A bid says the most for spot, and nothing about on demand.
      (0.1, 0.2, ["A, on demand"]),
      // For as much as this, it is had on demand.
      (0.5, 0.2, ["A, spot at $0.24", "A, on demand"]),
      // As live reads of August 2026 have it: the lowest bid is the price on demand.
      (nil, 0.4, ["A, on demand"]), (0.5, 0.4, ["A, on demand"]), (nil, nil, ["A, on demand"]),
    ] as [(Bid?, Double?, [String])]
  )
  func spotIsPreferredOnlyWhereItIsCheaper(bid: Bid?, floor: Double?, expected: [String]) {
    let request = PodRequest(imageName: "x", gpuTypeIds: ["A"], bidPerGpu: bid)
    let offer = Offer(
      gpuTypeId: "A",
      cloudType: "SECURE",
      stock: .high,
      pricePerHour: 0.4,
      minimumBidPerGpu: floor
    )
    let plan = CapacityPlan(request, face: .graphql, offers: [offer])
    // Without a lowest bid, a bid of the caller's own is tried.
    #expect(words(plan) == expected)
    #expect(words(CapacityPlan(request, face: .rest, offers: [offer])) == ["A, on demand"])
  }

  @Test(arguments: [1, 2, 8])
  func theLimitIsForTheWholePod(count: Int) {
    let request = request {
      $0.gpuTypeIds = ["A"]
      $0.gpuCount = count
      $0.bidPerGpu = .auto
      $0.interruptible = .prefer
      $0.maxCostPerHour = 0.25 * Double(count)
    }
    let offer = Offer(
      gpuTypeId: "A",
      cloudType: "SECURE",
      gpuCount: count,
      stock: .high,
      pricePerHour: 0.4 * Double(count),
      minimumBidPerGpu: 0.2
    )
    let plan = CapacityPlan(request, face: .graphql, offers: [offer])
    #expect(plan.attempts.map(\.candidate.bidPerGpu) == [0.24])
    #expect(plan.attempts.map(\.expectedCost) == [0.24 * Double(count)])
    #expect(plan.skipped.map { $0.text.contains("more than") } == [true])
  }

  @Test func whatIsLeftOutDoesNotHideTheRest() {
    let request = request { $0.interruptible = false }
    let offers = [
      Offer(gpuTypeId: "A", cloudType: "SECURE", stock: .none),
      Offer(gpuTypeId: "B", cloudType: "COMMUNITY", stock: .low),
      // Nothing is said: worth a try.
      Offer(gpuTypeId: "A", cloudType: "COMMUNITY", stock: .unknown),
    ]
    #expect(words(CapacityPlan(request, face: .graphql, offers: offers)) == ["A, on demand", "B, on demand"])
    // By REST, no cloud means the secure one.
    #expect(words(CapacityPlan(request, face: .rest, offers: offers)) == [])
  }
}
