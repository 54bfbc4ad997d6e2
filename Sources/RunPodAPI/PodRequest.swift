package import FoundationEssentials

/// What to rent.
package struct PodRequest: Codable, Sendable, Hashable {
  /// At most 191 characters.
  package var name: String
  package var imageName: String
  /// RunPod's long name: "NVIDIA GeForce RTX 4090".
  package var gpuTypeId: String
  package var gpuCount: Int
  /// USD an hour, for a spot pod.
  package var bidPerGpu: Double?
  /// A spot pod: cheaper, and taken away when someone bids more.
  package var interruptible: Bool
  /// Wiped when the pod stops.
  package var containerDiskInGb: Int
  /// Kept while the pod is stopped.
  package var volumeInGb: Int
  package var minVcpuCount: Int
  package var minMemoryInGb: Int
  /// "22/tcp,8888/http".
  package var ports: String
  package var env: [String: String]
  package var dockerArgs: String?
  /// ALL, SECURE or COMMUNITY.
  package var cloudType: String?
  package var dataCenterId: String?
  /// When RunPod itself is to end the pod.
  package var terminateAfter: Date?
  /// Whether RunPod puts the account's public keys into `PUBLIC_KEY`.
  package var startSsh: Bool

  package init(
    name: String = "",
    imageName: String,
    gpuTypeId: String,
    gpuCount: Int = 1,
    bidPerGpu: Double? = 0.5,
    interruptible: Bool = true,
    containerDiskInGb: Int = 50,
    volumeInGb: Int = 50,
    minVcpuCount: Int = 1,
    minMemoryInGb: Int = 4,
    ports: String = "22/tcp",
    env: [String: String] = [:],
    dockerArgs: String? = nil,
    cloudType: String? = nil,
    dataCenterId: String? = nil,
    terminateAfter: Date? = nil,
    startSsh: Bool = true
  ) {
    self.name = name
    self.imageName = imageName
    self.gpuTypeId = gpuTypeId
    self.gpuCount = gpuCount
    self.bidPerGpu = bidPerGpu
    self.interruptible = interruptible
    self.containerDiskInGb = containerDiskInGb
    self.volumeInGb = volumeInGb
    self.minVcpuCount = minVcpuCount
    self.minMemoryInGb = minMemoryInGb
    self.ports = ports
    self.env = env
    self.dockerArgs = dockerArgs
    self.cloudType = cloudType
    self.dataCenterId = dataCenterId
    self.terminateAfter = terminateAfter
    self.startSsh = startSsh
  }

  /// What is left out takes the initialiser's default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decodeIfPresent(String.self, forKey: .name) ?? "",
      imageName: try values.decode(String.self, forKey: .imageName),
      gpuTypeId: try values.decode(String.self, forKey: .gpuTypeId),
      gpuCount: try values.decodeIfPresent(Int.self, forKey: .gpuCount) ?? 1,
      bidPerGpu: try values.decodeIfPresent(Double.self, forKey: .bidPerGpu) ?? 0.5,
      interruptible: try values.decodeIfPresent(Bool.self, forKey: .interruptible) ?? true,
      containerDiskInGb: try values.decodeIfPresent(Int.self, forKey: .containerDiskInGb) ?? 50,
      volumeInGb: try values.decodeIfPresent(Int.self, forKey: .volumeInGb) ?? 50,
      minVcpuCount: try values.decodeIfPresent(Int.self, forKey: .minVcpuCount) ?? 1,
      minMemoryInGb: try values.decodeIfPresent(Int.self, forKey: .minMemoryInGb) ?? 4,
      ports: try values.decodeIfPresent(String.self, forKey: .ports) ?? "22/tcp",
      env: try values.decodeIfPresent([String: String].self, forKey: .env) ?? [:],
      dockerArgs: try values.decodeIfPresent(String.self, forKey: .dockerArgs),
      cloudType: try values.decodeIfPresent(String.self, forKey: .cloudType),
      dataCenterId: try values.decodeIfPresent(String.self, forKey: .dataCenterId),
      terminateAfter: try values.decodeIfPresent(Date.self, forKey: .terminateAfter),
      startSsh: try values.decodeIfPresent(Bool.self, forKey: .startSsh) ?? true
    )
  }
}
