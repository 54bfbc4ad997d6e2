package import FoundationEssentials

/// A pod as our books know it.
package struct Pod: Codable, Sendable, Hashable {
  /// RunPod's id, nil while the creation is pending and when it has failed.
  package var id: String?
  /// Unique among the pods that we created.
  package var name: String
  package var status: PodStatus
  /// RunPod's own word: RUNNING, EXITED, TERMINATED.
  package var desiredStatus: String?
  package var imageName: String
  package var gpuTypeId: String
  package var gpuCount: Int
  /// A spot pod: cheaper, and taken away when someone bids more.
  package var interruptible: Bool
  /// USD.
  package var costPerHour: Double?
  /// The public address of its SSH server, with `sshPort`. Both are nil unless the pod is running.
  package var host: String?
  package var sshPort: Int?
  package var machineId: String?
  /// SECURE or COMMUNITY, and the data centre, as far as they were asked for or told.
  package var cloudType: String?
  package var dataCenterId: String?
  /// RunPod's sentence about the last change: "Exited by user: …".
  package var lastStatusChange: String?
  /// When the pod is to be terminated: by its time, or because it has cost `maxCost` by then.
  package var terminateAfter: Date?
  /// Seconds that a job of a GitHub runner may go on after `terminateAfter`; nil: none.
  package var jobGraceSeconds: Double?
  /// When it is to be stopped.
  package var stopAfter: Date?
  /// Seconds without a job of a GitHub runner after which it is terminated.
  package var idleTimeoutSeconds: Double?
  /// USD in all.
  package var maxCost: Double?
  /// Who makes sure of these when no `runpod-rpc` is running; nil when there are none.
  package var deadlineKeeper: DeadlineKeeper?
  package var created: Date
  package var updated: Date

  package init(
    id: String?,
    name: String,
    status: PodStatus,
    desiredStatus: String? = nil,
    imageName: String,
    gpuTypeId: String,
    gpuCount: Int,
    interruptible: Bool,
    costPerHour: Double? = nil,
    host: String? = nil,
    sshPort: Int? = nil,
    machineId: String? = nil,
    cloudType: String? = nil,
    dataCenterId: String? = nil,
    lastStatusChange: String? = nil,
    terminateAfter: Date? = nil,
    jobGraceSeconds: Double? = nil,
    stopAfter: Date? = nil,
    idleTimeoutSeconds: Double? = nil,
    maxCost: Double? = nil,
    deadlineKeeper: DeadlineKeeper? = nil,
    created: Date,
    updated: Date
  ) {
    self.id = id
    self.name = name
    self.status = status
    self.desiredStatus = desiredStatus
    self.imageName = imageName
    self.gpuTypeId = gpuTypeId
    self.gpuCount = gpuCount
    self.interruptible = interruptible
    self.costPerHour = costPerHour
    self.host = host
    self.sshPort = sshPort
    self.machineId = machineId
    self.cloudType = cloudType
    self.dataCenterId = dataCenterId
    self.lastStatusChange = lastStatusChange
    self.terminateAfter = terminateAfter
    self.jobGraceSeconds = jobGraceSeconds
    self.stopAfter = stopAfter
    self.idleTimeoutSeconds = idleTimeoutSeconds
    self.maxCost = maxCost
    self.deadlineKeeper = deadlineKeeper
    self.created = created
    self.updated = updated
  }
}
