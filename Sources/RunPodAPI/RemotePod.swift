import Values

/// A pod as RunPod describes it.
package struct RemotePod: Codable, Sendable, Hashable {
  package var id: String
  package var name: String
  /// RUNNING, EXITED, TERMINATED, or (by REST) ERROR; RUNNING from the creation on, long before anything runs.
  package var desiredStatus: String
  /// A sentence about the last change: "Exited by user: …", "Outbid: …". Only GraphQL has it.
  package var lastStatusChange: String?
  package var imageName: String?
  package var machineId: String?
  package var podHostId: String?
  /// SECURE or COMMUNITY, and where. Only REST tells.
  package var cloudType: String?
  package var dataCenterId: String?
  package var gpuTypeId: String?
  package var gpuCount: Int?
  /// USD.
  package var costPerHour: Double?
  /// Kept, and paid for, while the pod is stopped.
  package var volumeInGb: Int?
  package var interruptible: Bool?
  /// What the host says of the container; nil also when the host could not be asked.
  package var runtime: Runtime?
  /// What its environment says of its owner and its end; nil for a pod without that, and in answers to changes.
  package var tag: PodTag?

  package init(
    id: String,
    name: String,
    desiredStatus: String,
    lastStatusChange: String? = nil,
    imageName: String? = nil,
    machineId: String? = nil,
    podHostId: String? = nil,
    cloudType: String? = nil,
    dataCenterId: String? = nil,
    gpuTypeId: String? = nil,
    gpuCount: Int? = nil,
    costPerHour: Double? = nil,
    volumeInGb: Int? = nil,
    interruptible: Bool? = nil,
    runtime: Runtime? = nil,
    tag: PodTag? = nil
  ) {
    self.id = id
    self.name = name
    self.desiredStatus = desiredStatus
    self.lastStatusChange = lastStatusChange
    self.imageName = imageName
    self.machineId = machineId
    self.podHostId = podHostId
    self.cloudType = cloudType
    self.dataCenterId = dataCenterId
    self.gpuTypeId = gpuTypeId
    self.gpuCount = gpuCount
    self.costPerHour = costPerHour
    self.volumeInGb = volumeInGb
    self.interruptible = interruptible
    self.runtime = runtime
    self.tag = tag
  }

  /// The public address of port 22; nil unless the pod is RUNNING, since a stopped pod keeps its old runtime for a while.
  package var publicSSH: (host: String, port: Int)? {
    guard desiredStatus == "RUNNING" else { return nil }
    let port = runtime?.ports.first {
      $0.privatePort == 22 && $0.isIpPublic && $0.publicPort != nil && $0.ip.map(PrivateAddress.holds) == false
    }
    guard let host = port?.ip, let number = port?.publicPort else { return nil }
    return (host.rawValue, number.rawValue)
  }
}
