/// One way in which a request can be met: what a single call to RunPod asks for.
package struct PodCandidate: Sendable, Hashable {
  /// Empty for a CPU pod.
  package var gpuTypeId: String
  /// ALL, SECURE or COMMUNITY; nil is ALL for GraphQL and SECURE for REST.
  package var cloudType: String?
  package var dataCenterId: String?
  package var isSpot: Bool
  /// USD an hour, for a spot pod.
  package var bidPerGpu: Double?
  /// USD an hour for the whole pod; RunPod is told where it can be.
  package var maxCostPerHour: Double?

  package init(
    gpuTypeId: String,
    cloudType: String? = nil,
    dataCenterId: String? = nil,
    isSpot: Bool,
    bidPerGpu: Double? = nil,
    maxCostPerHour: Double? = nil
  ) {
    self.gpuTypeId = gpuTypeId
    self.cloudType = cloudType
    self.dataCenterId = dataCenterId
    self.isSpot = isSpot
    self.bidPerGpu = bidPerGpu
    self.maxCostPerHour = maxCostPerHour
  }

  /// "NVIDIA L4, SECURE, EU-RO-1, spot at $0.2".
  package var words: String {
    let kind = isSpot ? "spot" + (bidPerGpu.map { " at $\($0)" } ?? "") : "on demand"
    return [gpuTypeId, cloudType, dataCenterId, kind].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
