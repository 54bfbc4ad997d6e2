import Outside

/// What RunPod has of one GPU type in one place, now. It can be gone a moment later.
package struct Offer: Codable, Sendable, Hashable {
  package enum Stock: String, Codable, Sendable, Hashable, CaseIterable {
    case high, medium, low, none
    /// RunPod does not say.
    case unknown

    /// RunPod's word: "High" by GraphQL, "HIGH" by REST.
    init(word: String?) { self = word.flatMap { Stock(rawValue: $0.bytes.lowercased) } ?? .unknown }
  }

  package var gpuTypeId: String
  package var displayName: String?
  /// Of one GPU.
  package var memoryInGb: Int?
  /// SECURE or COMMUNITY.
  package var cloudType: String
  /// nil: anywhere.
  package var dataCenterId: String?
  /// How many GPUs were asked for.
  package var gpuCount: Int
  package var stock: Stock
  /// USD an hour on demand, for all of the GPUs.
  package var pricePerHour: Double?
  /// USD an hour for each GPU; nil where there are no spot pods, or when RunPod does not say.
  package var minimumBidPerGpu: Double?
  /// The most GPUs that one pod can have.
  package var maxGpuCount: Int?

  package init(
    gpuTypeId: String,
    displayName: String? = nil,
    memoryInGb: Int? = nil,
    cloudType: String,
    dataCenterId: String? = nil,
    gpuCount: Int = 1,
    stock: Stock,
    pricePerHour: Double? = nil,
    minimumBidPerGpu: Double? = nil,
    maxGpuCount: Int? = nil
  ) {
    self.gpuTypeId = gpuTypeId
    self.displayName = displayName
    self.memoryInGb = memoryInGb
    self.cloudType = cloudType
    self.dataCenterId = dataCenterId
    self.gpuCount = gpuCount
    self.stock = stock
    self.pricePerHour = pricePerHour
    self.minimumBidPerGpu = minimumBidPerGpu
    self.maxGpuCount = maxGpuCount
  }

  /// Whether asking for it may succeed.
  package var isAvailable: Bool { stock != .none && gpuCount <= maxGpuCount ?? gpuCount }
}
