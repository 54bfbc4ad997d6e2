package import FoundationEssentials

/// One pod as the books know it: a row of `pods`.
package struct PodRecord: Sendable, Hashable {
  /// The row's number, rising with each new pod; 0 before the row is written. Pages are cut by it.
  package var number: Int
  /// The unique name that the creation call carries, nil for pods that we did not create.
  ///
  /// It is how a pod is found again after an answer that was lost.
  package var intent: String?
  /// RunPod's id, nil until a creation has succeeded.
  package var podId: String?
  package var name: String
  /// The word of `PodStatus` in the Pods target.
  package var status: String
  /// When `status` took its present value.
  package var statusSince: Date
  /// Whether the pod may still exist, and so is worth asking about.
  package var isLive: Bool
  package var desiredStatus: String?
  package var imageName: String
  package var gpuTypeId: String
  package var gpuCount: Int
  package var interruptible: Bool
  /// USD an hour for each GPU.
  package var bidPerGpu: Double?
  /// USD an hour.
  package var costPerHour: Double?
  package var host: String?
  package var sshPort: Int?
  package var machineId: String?
  package var lastStatusChange: String?
  /// SECURE or COMMUNITY, and where; nil when nobody said.
  package var cloudType: String?
  package var dataCenterId: String?
  /// Kept, and paid for, while the pod is stopped.
  package var volumeInGb: Int?
  /// The rest of the creation request as JSON text, with the names of its environment variables and never their values.
  package var request: String
  package var terminateAfter: Date?
  package var stopAfter: Date?
  /// Seconds without a job after which a runner's pod is ended.
  package var idleTimeout: Double?
  /// USD in all.
  package var maxCost: Double?
  /// USD until `meteredSince`.
  package var spent: Double
  /// Since when the pod costs `costPerHour` beyond `spent`; nil while it does not.
  package var meteredSince: Date?
  /// When `maxCost` will have been spent.
  package var spentUp: Date?
  /// The word of `DeadlineKeeper` in the Pods target.
  package var keeper: String?
  /// When a process on the pod began to keep its deadlines; nil while there is none.
  package var keeperSince: Date?
  /// Until when a workflow says that it is at work on the pod. A pod that nobody says so of any more is ended.
  package var heldUntil: Date?
  /// Whether the answer to its creation may have reached nobody.
  package var isUnclaimed = false
  /// What the client calls its request for the pod.
  package var clientToken: String?
  /// Seconds that a job of a GitHub runner may go on after `terminateAfter`.
  package var grace: Double?
  /// The RunPod account that it belongs to; nil in a state file from before there was one.
  package var account: String?
  package var created: Date
  package var updated: Date

  package init(
    intent: String?,
    podId: String? = nil,
    name: String,
    status: String,
    isLive: Bool = true,
    imageName: String,
    gpuTypeId: String,
    gpuCount: Int,
    interruptible: Bool,
    bidPerGpu: Double? = nil,
    request: String = "{}",
    terminateAfter: Date? = nil,
    created: Date
  ) {
    self.number = 0
    self.intent = intent
    self.podId = podId
    self.name = name
    self.status = status
    self.statusSince = created
    self.isLive = isLive
    self.imageName = imageName
    self.gpuTypeId = gpuTypeId
    self.gpuCount = gpuCount
    self.interruptible = interruptible
    self.bidPerGpu = bidPerGpu
    self.request = request
    self.terminateAfter = terminateAfter
    self.spent = 0
    self.created = created
    self.updated = created
  }
}
