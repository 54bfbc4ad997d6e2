import Concurrency
import FoundationEssentials
import Outside
import Reporting
package import RunPodAPI
import Storage

extension PodManager {
  /// Starts a stopped pod again on its host. Its public port will be another one.
  ///
  /// - Parameters:
  ///   - gpuCount: As it had when nil.
  ///   - bidPerGpu: For a spot pod; as it had when nil.
  /// - Throws: `Failure(.noCapacity)` when the host has no free GPU, or only for more than the pod may cost an hour;
  ///   `Failure(.notFound)` when there is no such pod; `Failure(.conflict)` for a spot pod and another number of GPUs where RunPod's API has no place for them;
  ///   `Failure(.insufficientBalance)` when all pods together would cost too much.
  package func resume(_ id: String, gpuCount: Int?, bidPerGpu: Bid?) async throws -> Pod {
    let record = try await wanted(id)
    let count = gpuCount ?? record.gpuCount
    try check(record, canResume: id, asSpotPod: record.interruptible || bidPerGpu != nil, gpuCount: count)
    let bid = try await bid(bidPerGpu, for: record, id: id, gpuCount: count)
    let cost = bid.map { $0 * Double(count) } ?? record.costPerHour
    try await books.check(budget: accountBudget(), adding: cost, for: record)
    let resumed: RemotePod?
    do {
      resumed = try await provider.resume(id: id, gpuCount: count, bidPerGpu: bid)
    } catch let failure as Failure {
      // RunPod has answered with an internal error for pods that it did start.
      guard !failure.isRefusal, let remote = try? await provider.pod(id: id), remote.desiredStatus == "RUNNING" else {
        throw failure.adding(resource: "podId", id)
      }
      resumed = remote
    }
    let starting = try await books.change(record) { [now = time.now()] in
      $0.gpuCount = count
      // It would be stopped again at once.
      if let stopAfter = $0.stopAfter, stopAfter <= now { $0.stopAfter = nil }
      if record.interruptible { $0.bidPerGpu = bid }
      if $0.lastStatusChange?.bytes == PodRecord.stopWords.bytes { $0.lastStatusChange = nil }
      $0.become(.starting, at: now)
    }
    // The runtime in this answer, if any, is of the time before: its port leads nowhere, or to somebody else.
    guard var remote = resumed else { return Pod(starting) }
    remote.runtime = nil
    return Pod(try await books.take(remote))
  }

  /// What to offer for each GPU, nil for a pod that needs no bid.
  private func bid(_ wish: Bid?, for record: PodRecord, id: String, gpuCount: Int) async throws -> Double? {
    switch wish {
    case .perGpu(let bid): return bid
    // A spot pod is refused by the plain resume; RunPod takes it back for a bid only.
    case nil: return record.interruptible ? record.bidPerGpu ?? 0.5 : nil
    case .auto:
      guard record.interruptible else { return nil }
      let (lowest, price) = try await floor(of: record, id: id, gpuCount: gpuCount)
      let limit = record.maxCostPerHour.map { $0 / Double(gpuCount) }
      if let limit, lowest > limit {
        throw Failure(
          .noCapacity,
          "The lowest bid for pod \(id) is \(lowest.dollars), more than \(limit.dollars).",
          hint: "Try again later, or bid more by bidPerGpu.",
          resources: ["podId": id]
        )
      }
      return min(Bid.automatic(above: lowest, price: price), limit ?? .infinity)
    }
  }

  /// The lowest bid that brings a pod back, and the price of a GPU of its kind on demand, as far as it is known.
  private func floor(of record: PodRecord, id: String, gpuCount: Int) async throws -> (bid: Double, price: Double?) {
    let own = try? await provider.lowestBid(toResume: id)
    let query = OfferQuery(
      gpuTypeIds: [record.gpuTypeId],
      gpuCount: gpuCount,
      cloudTypes: record.cloudType.map { [$0] } ?? [],
      dataCenterIds: record.dataCenterId.map { [$0] } ?? []
    )
    let offers = record.gpuTypeId.isEmpty ? nil : try? await provider.offers(query)
    guard let lowest = own ?? offers?.compactMap(\.minimumBidPerGpu).max() else {
      throw Failure(
        .noCapacity,
        "RunPod names no lowest bid for pod \(id).",
        hint: "Say how much by bidPerGpu.",
        resources: ["podId": id]
      )
    }
    return (lowest, offers?.compactMap(\.pricePerHour).min().map { $0 / Double(gpuCount) })
  }

  /// What RunPod's REST API cannot resume is refused before it costs something else than before.
  private func check(_ record: PodRecord, canResume id: String, asSpotPod: Bool, gpuCount: Int) throws {
    guard !provider.face.hasSpotPods else { return }
    guard asSpotPod || gpuCount != record.gpuCount else { return }
    throw Failure(
      .conflict,
      "RunPod's REST API (v2), which is in use, resumes \(asSpotPod ? "no spot pods" : "a pod with its own GPUs only").",
      hint: asSpotPod ? "Terminate pod \(id) and create another; its volume goes with it." : "Leave out gpuCount.",
      resources: ["podId": id]
    )
  }
}
