import Outside
import RunPodAPI

/// Why a candidate is not worth a call.
struct Hopeless: Error {
  let reason: String
  /// Whether only what RunPod said of its stock speaks against it, which can be wrong a moment later.
  var isOfStock = false
}

extension PodRequest {
  /// A candidate of which nothing is known.
  func judgeUnseen(_ candidate: PodCandidate) -> Result<CapacityPlan.Attempt, Hopeless> {
    guard candidate.isSpot else {
      return .success(CapacityPlan.Attempt(candidate: candidate, expectedCost: nil))
    }
    guard case .perGpu(let bid) = bidPerGpu else {
      return .failure(Hopeless(reason: "RunPod's lowest bid is not known."))
    }
    return .success(attempt(candidate, bid: min(bid, limitPerGpu ?? bid)))
  }

  /// - Parameter offers: Those of the candidate's GPU type and place.
  func judge(_ candidate: PodCandidate, by offers: [Offer]) -> Result<CapacityPlan.Attempt, Hopeless> {
    guard let known = offers.first else { return .failure(Hopeless(reason: "RunPod has no such GPU type there.")) }
    let available = offers.filter(\.isAvailable)
    guard !available.isEmpty else {
      guard let most = known.maxGpuCount, most < gpuCount else {
        return .failure(Hopeless(reason: "None is in stock.", isOfStock: true))
      }
      return .failure(Hopeless(reason: "A pod can have \(most) of them at most."))
    }
    return candidate.isSpot ? judgeSpot(candidate, available) : judgeOnDemand(candidate, available)
  }

  private func judgeOnDemand(_ candidate: PodCandidate, _ offers: [Offer]) -> Result<CapacityPlan.Attempt, Hopeless> {
    let price = offers.compactMap(\.pricePerHour).min()
    if let price, let maxCostPerHour, price > maxCostPerHour {
      return .failure(Hopeless(reason: "It costs \(price.dollars) an hour, more than \(maxCostPerHour.dollars)."))
    }
    return .success(CapacityPlan.Attempt(candidate: candidate, expectedCost: price))
  }

  private func judgeSpot(_ candidate: PodCandidate, _ offers: [Offer]) -> Result<CapacityPlan.Attempt, Hopeless> {
    guard let lowest = offers.compactMap(\.minimumBidPerGpu).min() else {
      // RunPod also leaves the bid out; a bid of the caller's own can be tried all the same.
      return judgeUnseen(candidate)
    }
    let price = offers.compactMap(\.pricePerHour).min().map { $0 / Double(gpuCount) }
    if let limitPerGpu, lowest > limitPerGpu {
      return .failure(Hopeless(reason: "Its lowest bid is \(lowest.dollars), more than \(limitPerGpu.dollars)."))
    }
    let automatic = Bid.automatic(above: lowest, price: price)
    let wanted: Double
    switch bidPerGpu {
    // Where a pod on demand will do as well, more than its price is bid for nothing.
    case .perGpu(let bid): wanted = interruptible == .prefer && bid >= price ?? .infinity ? automatic : bid
    case .auto, nil: wanted = automatic
    }
    if interruptible == .prefer, let price, wanted >= price {
      return .failure(Hopeless(reason: "A spot pod costs no less than one on demand, \(price.dollars) a GPU."))
    }
    guard wanted >= lowest else {
      return .failure(Hopeless(reason: "The bid of \(wanted.dollars) is below the lowest, \(lowest.dollars)."))
    }
    return .success(attempt(candidate, bid: min(wanted, limitPerGpu ?? wanted)))
  }

  private var limitPerGpu: Double? { maxCostPerHour.map { $0 / Double(gpuCount) } }

  private func attempt(_ candidate: PodCandidate, bid: Double) -> CapacityPlan.Attempt {
    var candidate = candidate
    candidate.bidPerGpu = bid
    return CapacityPlan.Attempt(candidate: candidate, expectedCost: bid * Double(gpuCount))
  }
}

extension Bid {
  /// A fifth, and a cent at least, above the lowest bid, so that the pod is not lost to the next bidder.
  ///
  /// - Parameter price: Of a GPU on demand: for that one it would be the caller's for sure.
  static func automatic(above lowest: Double, price: Double?) -> Double {
    let bid = ((lowest + max(lowest * 0.2, 0.01)) * 1000).rounded() / 1000
    return max(lowest, min(bid, price ?? bid))
  }
}

extension Offer {
  func concerns(_ candidate: PodCandidate, face: PodFace) -> Bool {
    let cloud = candidate.cloudType ?? (face == .rest ? "SECURE" : "ALL")
    return gpuTypeId.bytes == candidate.gpuTypeId.bytes && dataCenterId?.bytes == candidate.dataCenterId?.bytes
      && (cloud == "ALL" || cloud.bytes == cloudType.bytes)
  }
}

extension Double {
  /// "$0.29".
  var dollars: String { "$\((self * 10_000).rounded() / 10_000)" }
}
