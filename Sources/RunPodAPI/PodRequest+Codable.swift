import FoundationEssentials

/// On the wire, what can be a list may also be one value; what is left out takes the initialiser's default.
extension PodRequest {
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func list(_ key: CodingKeys) throws -> [String]? {
      if let list = try? values.decode([String].self, forKey: key) { return list }
      return try values.decodeIfPresent(String.self, forKey: key).map { [$0] }
    }
    self.init(
      imageName: try values.decodeIfPresent(String.self, forKey: .imageName) ?? "",
      gpuTypeIds: try list(.gpuTypeIds) ?? []
    )
    name = try values.decodeIfPresent(String.self, forKey: .name) ?? name
    gpuCount = try values.decodeIfPresent(Int.self, forKey: .gpuCount) ?? gpuCount
    bidPerGpu = try values.decodeIfPresent(Bid.self, forKey: .bidPerGpu) ?? bidPerGpu
    interruptible = try values.decodeIfPresent(Interruptible.self, forKey: .interruptible) ?? interruptible
    maxCostPerHour = try values.decodeIfPresent(Double.self, forKey: .maxCostPerHour)
    containerDiskInGb = try values.decodeIfPresent(Int.self, forKey: .containerDiskInGb)
    volumeInGb = try values.decodeIfPresent(Int.self, forKey: .volumeInGb)
    volumeMountPath = try values.decodeIfPresent(String.self, forKey: .volumeMountPath)
    networkVolumeId = try values.decodeIfPresent(String.self, forKey: .networkVolumeId)
    templateId = try values.decodeIfPresent(String.self, forKey: .templateId)
    containerRegistryAuthId = try values.decodeIfPresent(String.self, forKey: .containerRegistryAuthId)
    allowedCudaVersions = try list(.allowedCudaVersions) ?? []
    minCudaVersion = try values.decodeIfPresent(String.self, forKey: .minCudaVersion)
    cpuFlavorId = try values.decodeIfPresent(String.self, forKey: .cpuFlavorId)
    vcpuCount = try values.decodeIfPresent(Int.self, forKey: .vcpuCount)
    countryCode = try values.decodeIfPresent(String.self, forKey: .countryCode)
    globalNetworking = try values.decodeIfPresent(Bool.self, forKey: .globalNetworking) ?? globalNetworking
    startJupyter = try values.decodeIfPresent(Bool.self, forKey: .startJupyter) ?? startJupyter
    minVcpuCount = try values.decodeIfPresent(Int.self, forKey: .minVcpuCount) ?? minVcpuCount
    minMemoryInGb = try values.decodeIfPresent(Int.self, forKey: .minMemoryInGb) ?? minMemoryInGb
    ports = try values.decodeIfPresent(String.self, forKey: .ports) ?? ports
    env = try values.decodeIfPresent([String: String].self, forKey: .env) ?? env
    dockerArgs = try values.decodeIfPresent(String.self, forKey: .dockerArgs)
    cloudTypes = try list(.cloudTypes) ?? []
    dataCenterIds = try list(.dataCenterIds) ?? []
    terminateAfter = try values.decodeIfPresent(Date.self, forKey: .terminateAfter)
    stopAfter = try values.decodeIfPresent(Date.self, forKey: .stopAfter)
    maxLifetimeSeconds = try values.decodeIfPresent(Double.self, forKey: .maxLifetimeSeconds)
    idleTimeoutSeconds = try values.decodeIfPresent(Double.self, forKey: .idleTimeoutSeconds)
    maxCost = try values.decodeIfPresent(Double.self, forKey: .maxCost)
    startSsh = try values.decodeIfPresent(Bool.self, forKey: .startSsh) ?? startSsh
  }
}
