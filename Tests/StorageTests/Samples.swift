import FoundationEssentials
import Storage

extension PodRecord {
  static func sample(
    intent: String?,
    podId: String? = nil,
    status: String = "pending",
    isLive: Bool = true,
    terminateAfter: Date? = nil,
    created: Date = .now
  ) -> PodRecord {
    PodRecord(
      intent: intent,
      podId: podId,
      name: intent ?? podId ?? "",
      status: status,
      isLive: isLive,
      imageName: "runpod/base:1.0",
      gpuTypeId: "NVIDIA L4",
      gpuCount: 1,
      interruptible: true,
      bidPerGpu: 0.5,
      terminateAfter: terminateAfter,
      // What the file keeps: whole microseconds.
      created: Date(timeIntervalSince1970: (created.timeIntervalSince1970 * 1000).rounded() / 1000)
    )
  }
}

extension WorkflowRecord {
  static func sample(_ id: String, state: String = "running", owner: String? = nil) -> WorkflowRecord {
    WorkflowRecord(
      id: id,
      kind: "setupRunner",
      state: state,
      parameters: #"{"image":"x"}"#,
      owner: owner,
      created: Date(timeIntervalSince1970: 1_800_000_000)
    )
  }
}
