import Reporting
package import RunPodAPI

/// The ways in which a request can be met, in the order in which to try them, with what is hopeless left out. No I/O.
package struct CapacityPlan: Sendable, Hashable {
  /// One call to make.
  package struct Attempt: Sendable, Hashable {
    package var candidate: PodCandidate
    /// USD an hour for the whole pod, as far as it can be told beforehand.
    package var expectedCost: Double?
  }

  package private(set) var attempts: [Attempt] = []
  /// What is not worth a call, and why.
  package private(set) var skipped: [CapacityAnswer] = []

  /// - Parameters:
  ///   - face: The API that will be asked.
  ///   - offers: What RunPod has of all of the request's types and places; nil: not asked.
  package init(_ request: PodRequest, face: PodFace, offers: [Offer]?) {
    let candidates = request.candidates(face: face)
    for candidate in candidates {
      let judgement =
        if let offers {
          request.judge(candidate, by: offers.filter { $0.concerns(candidate, face: face) })
        } else {
          request.judgeUnseen(candidate)
        }
      switch judgement {
      case .success(let attempt): attempts.append(attempt)
      case .failure(let hopeless) where hopeless.isOfStock && candidates.count == 1:
        // With nothing else to take, RunPod is asked all the same.
        if case .success(let attempt) = request.judgeUnseen(candidate) { attempts.append(attempt) }
      case .failure(let hopeless):
        skipped.append(CapacityAnswer(candidate: candidate, kind: .noCapacity, text: hopeless.reason))
      }
    }
  }

  /// The plan for a pod without GPUs, of whose stock RunPod says nothing.
  init(_ request: PodRequest, face: PodFace, cpu offer: CPUOffer) {
    for candidate in request.candidates(face: face) {
      if let price = offer.pricePerHour, let limit = request.maxCostPerHour, price > limit {
        let reason = "It costs \(price.dollars) an hour, more than \(limit.dollars)."
        skipped.append(CapacityAnswer(candidate: candidate, kind: .noCapacity, text: reason))
      } else {
        attempts.append(Attempt(candidate: candidate, expectedCost: offer.pricePerHour))
      }
    }
  }

  /// Leaves out the first attempt, which came to nothing before RunPod was asked.
  mutating func skipFirst(because failure: Failure) {
    let attempt = attempts.removeFirst()
    skipped.append(CapacityAnswer(candidate: attempt.candidate, kind: failure.kind, text: failure.message))
  }
}

extension PodRequest {
  /// Whether there is no plan without the offers.
  ///
  /// - Parameter hasBudget: Whether the costs of all pods together are limited.
  func needsOffers(face: PodFace, hasBudget: Bool) -> Bool {
    let candidates = candidates(face: face)
    let hasAutomaticBid = [nil, .auto].contains(bidPerGpu) && interruptible == .yes
    // GraphQL is told the limit with the call; REST has no place for it.
    let hasUnknownPrice = candidates.contains { !$0.isSpot } && (maxCostPerHour != nil && face == .rest || hasBudget)
    return hasAutomaticBid || hasUnknownPrice
  }

  /// Every way to meet the request: as spot pods first, then on demand; by GPU type, then by cloud, then by data centre.
  func candidates(face: PodFace) -> [PodCandidate] {
    let kinds: [Bool] =
      switch interruptible {
      case .no: [false]
      case .yes: [true]
      case .prefer: face.hasSpotPods && mayBeSpot ? [true, false] : [false]
      }
    // REST takes one cloud at a time.
    let clouds = face == .rest ? cloudTypes.flatMap { $0 == "ALL" ? OfferQuery.allClouds : [$0] } : cloudTypes
    var candidates: [PodCandidate] = []
    for isSpot in kinds {
      for gpuTypeId in cpuFlavorId == nil ? gpuTypeIds : [""] {
        for cloudType in clouds.isEmpty ? [nil] : clouds.map(Optional.some) {
          for dataCenterId in dataCenterIds.isEmpty ? [nil] : dataCenterIds.map(Optional.some) {
            let candidate = PodCandidate(
              gpuTypeId: gpuTypeId,
              cloudType: cloudType,
              dataCenterId: dataCenterId,
              isSpot: isSpot,
              maxCostPerHour: maxCostPerHour
            )
            if !candidates.contains(candidate) { candidates.append(candidate) }
          }
        }
      }
    }
    return candidates
  }
}
