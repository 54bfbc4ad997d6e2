/// What a CPU pod of one size costs.
package struct CPUOffer: Sendable, Hashable {
  package var flavorId: String
  package var vcpuCount: Int
  package var memoryInGb: Int
  /// USD for the whole pod; nil when RunPod does not say.
  package var pricePerHour: Double?

  package init(flavorId: String, vcpuCount: Int, memoryInGb: Int, pricePerHour: Double?) {
    self.flavorId = flavorId
    self.vcpuCount = vcpuCount
    self.memoryInGb = memoryInGb
    self.pricePerHour = pricePerHour
  }

  /// RunPod's name for it in GraphQL: "cpu3c-2-4".
  var instanceId: String { "\(flavorId)-\(vcpuCount)-\(memoryInGb)" }
}
