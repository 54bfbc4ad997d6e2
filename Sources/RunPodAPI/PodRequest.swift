package import FoundationEssentials

/// What to rent.
package struct PodRequest: Codable, Sendable, Hashable {
  /// At most 191 characters.
  package var name: String
  /// Empty: the template's.
  package var imageName: String
  /// In the order in which to try them, by RunPod's long names ("NVIDIA GeForce RTX 4090"); empty for a CPU pod.
  package var gpuTypeIds: [String]
  package var gpuCount: Int
  /// The most for each GPU of a spot pod, and what is bid; nil stands for `auto`. It says nothing about a pod on demand.
  package var bidPerGpu: Bid?
  package var interruptible: Interruptible
  /// USD for the whole pod; none that costs more is kept.
  package var maxCostPerHour: Double?
  /// Wiped when the pod stops. nil: 50, or the template's.
  package var containerDiskInGb: Int?
  /// Kept while the pod is stopped. nil: 50, or the template's; none for a CPU pod, and beside a network volume, which takes
  /// its place.
  package var volumeInGb: Int?
  /// Where the volume is in the container.
  package var volumeMountPath: String?
  /// A volume that outlives the pod. It pins the data centre, and only SECURE machines can reach it.
  package var networkVolumeId: String?
  /// The template whose image, disks and environment fill in what is left out here.
  package var templateId: String?
  /// The credentials with which RunPod pulls a private image.
  package var containerRegistryAuthId: String?
  /// CUDA versions of the host's driver, any of these: "12.8".
  package var allowedCudaVersions: [String]
  /// The lowest CUDA version of the host's driver.
  package var minCudaVersion: String?
  /// A pod without GPUs, of this kind of CPU: "cpu3c".
  package var cpuFlavorId: String?
  /// Of a CPU pod: a power of two.
  package var vcpuCount: Int?
  /// ISO 3166-1: "SE".
  package var countryCode: String?
  /// Whether the pod joins the account's private network across data centres.
  package var globalNetworking: Bool
  /// Whether RunPod's images start JupyterLab.
  package var startJupyter: Bool
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
    bidPerGpu: Bid? = nil,
    interruptible: Interruptible = .prefer,
    maxCostPerHour: Double? = nil,
    containerDiskInGb: Int? = nil,
    volumeInGb: Int? = nil,
    volumeMountPath: String? = nil,
    networkVolumeId: String? = nil,
    templateId: String? = nil,
    containerRegistryAuthId: String? = nil,
    allowedCudaVersions: [String] = [],
    minCudaVersion: String? = nil,
    cpuFlavorId: String? = nil,
    vcpuCount: Int? = nil,
    countryCode: String? = nil,
    globalNetworking: Bool = false,
    startJupyter: Bool = false,
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
    self.volumeMountPath = volumeMountPath
    self.networkVolumeId = networkVolumeId
    self.templateId = templateId
    self.containerRegistryAuthId = containerRegistryAuthId
    self.allowedCudaVersions = allowedCudaVersions
    self.minCudaVersion = minCudaVersion
    self.cpuFlavorId = cpuFlavorId
    self.vcpuCount = vcpuCount
    self.countryCode = countryCode
    self.globalNetworking = globalNetworking
    self.startJupyter = startJupyter
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

  /// GB of the disks that are asked for by name; nil leaves them to the template.
  package var diskSize: Int? { containerDiskInGb ?? (templateId == nil ? 50 : nil) }

  package var volumeSize: Int? {
    if let volumeInGb { return volumeInGb }
    if networkVolumeId != nil || cpuFlavorId != nil { return 0 }
    return templateId == nil ? 50 : nil
  }

  package var mountPath: String { volumeMountPath ?? "/workspace" }

  enum CodingKeys: String, CodingKey {
    case name, imageName, gpuCount, bidPerGpu, interruptible, maxCostPerHour, containerDiskInGb, volumeInGb
    case volumeMountPath, networkVolumeId, templateId, containerRegistryAuthId, allowedCudaVersions, minCudaVersion
    case cpuFlavorId, vcpuCount, countryCode, globalNetworking, startJupyter
    case minVcpuCount, minMemoryInGb, ports, env, dockerArgs, startSsh
    case terminateAfter, stopAfter, maxLifetimeSeconds, idleTimeoutSeconds, maxCost
    case gpuTypeIds = "gpuTypeId"
    case cloudTypes = "cloudType"
    case dataCenterIds = "dataCenterId"
  }
}
