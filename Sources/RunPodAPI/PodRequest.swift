package import FoundationEssentials

/// What to rent.
package struct PodRequest: Codable, Sendable, Hashable {
  /// At most 191 characters.
  package var name: String
  package var imageName: String
  /// RunPod's long names, in the order in which to try them: "NVIDIA GeForce RTX 4090".
  package var gpuTypeIds: [String]
  package var gpuCount: Int
  /// For a spot pod.
  package var bidPerGpu: Bid?
  package var interruptible: Interruptible
  /// USD for the whole pod; none that costs more is kept.
  package var maxCostPerHour: Double?
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
  /// ALL, SECURE or COMMUNITY, in the order in which to try them. Empty: ALL for GraphQL, SECURE for REST.
  package var cloudTypes: [String]
  /// In the order in which to try them; empty: anywhere.
  package var dataCenterIds: [String]
  /// When the pod is to be ended, whoever is alive then.
  package var terminateAfter: Date?
  /// When it is to be stopped.
  package var stopAfter: Date?
  /// Seconds from the creation on after which it is to be ended.
  package var maxLifetimeSeconds: Double?
  /// Seconds without a job of a GitHub runner after which it is to be ended, counted from when the pod is ready.
  package var idleTimeoutSeconds: Double?
  /// USD that it may cost in all.
  package var maxCost: Double?
  /// Whether RunPod puts the account's public keys into `PUBLIC_KEY`.
  package var startSsh: Bool

  package init(
    name: String = "",
    imageName: String,
    gpuTypeIds: [String],
    gpuCount: Int = 1,
    bidPerGpu: Bid? = 0.5,
    interruptible: Interruptible = true,
    maxCostPerHour: Double? = nil,
    containerDiskInGb: Int = 50,
    volumeInGb: Int = 50,
    minVcpuCount: Int = 1,
    minMemoryInGb: Int = 4,
    ports: String = "22/tcp",
    env: [String: String] = [:],
    dockerArgs: String? = nil,
    cloudTypes: [String] = [],
    dataCenterIds: [String] = [],
    terminateAfter: Date? = nil,
    stopAfter: Date? = nil,
    maxLifetimeSeconds: Double? = nil,
    idleTimeoutSeconds: Double? = nil,
    maxCost: Double? = nil,
    startSsh: Bool = true
  ) {
    self.name = name
    self.imageName = imageName
    self.gpuTypeIds = gpuTypeIds
    self.gpuCount = gpuCount
    self.bidPerGpu = bidPerGpu
    self.interruptible = interruptible
    self.maxCostPerHour = maxCostPerHour
    self.containerDiskInGb = containerDiskInGb
    self.volumeInGb = volumeInGb
    self.minVcpuCount = minVcpuCount
    self.minMemoryInGb = minMemoryInGb
    self.ports = ports
    self.env = env
    self.dockerArgs = dockerArgs
    self.cloudTypes = cloudTypes
    self.dataCenterIds = dataCenterIds
    self.terminateAfter = terminateAfter
    self.stopAfter = stopAfter
    self.maxLifetimeSeconds = maxLifetimeSeconds
    self.idleTimeoutSeconds = idleTimeoutSeconds
    self.maxCost = maxCost
    self.startSsh = startSsh
  }

  enum CodingKeys: String, CodingKey {
    case name, imageName, gpuCount, bidPerGpu, interruptible, maxCostPerHour, containerDiskInGb, volumeInGb
    case minVcpuCount, minMemoryInGb, ports, env, dockerArgs, startSsh
    case terminateAfter, stopAfter, maxLifetimeSeconds, idleTimeoutSeconds, maxCost
    case gpuTypeIds = "gpuTypeId"
    case cloudTypes = "cloudType"
    case dataCenterIds = "dataCenterId"
  }
}
