import Outside

/// Which offers are asked for.
package struct OfferQuery: Sendable, Hashable {
  /// RunPod's long names; empty: all.
  package var gpuTypeIds: [String]
  package var gpuCount: Int
  /// SECURE and COMMUNITY, or one of them.
  package var cloudTypes: [String]
  /// Empty: anywhere, taken together.
  package var dataCenterIds: [String]

  package static let allClouds = ["SECURE", "COMMUNITY"]

  /// - Parameter cloudTypes: ALL, which stands for both, or either; empty is ALL.
  package init(
    gpuTypeIds: [String] = [],
    gpuCount: Int = 1,
    cloudTypes: [String] = [],
    dataCenterIds: [String] = []
  ) {
    self.gpuTypeIds = gpuTypeIds
    self.gpuCount = gpuCount
    self.cloudTypes =
      cloudTypes.isEmpty || cloudTypes.contains("ALL")
      ? Self.allClouds : Self.allClouds.filter { cloud in cloudTypes.contains { $0.bytes == cloud.bytes } }
    self.dataCenterIds = dataCenterIds
  }

  /// Each cloud with each data centre.
  var places: [(cloudType: String, dataCenterId: String?)] {
    let centres = dataCenterIds.isEmpty ? [nil] : dataCenterIds.map(Optional.some)
    return cloudTypes.flatMap { cloud in centres.map { (cloud, $0) } }
  }
}
