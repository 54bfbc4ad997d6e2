import FoundationEssentials
import Storage

/// What is in the state file before anything is measured.
struct Filling {
  var count: Int
  var pods: PodStore
  var workflows: WorkflowStore

  func fill() async throws {
    guard try await pods.page(status: nil, before: nil, limit: 1).isEmpty else { return }
    try await pods.update { [count] desk in
      for number in 1...count { _ = try desk.insert(Filling.pod(number, isLive: number + 100 > count)) }
    }
    // Each is flushed, as the journal's rows are; more than thousands of them tell nothing new.
    for number in 1...min(count, 1000) {
      let state = number == 1 ? "running" : "succeeded"
      try await workflows.insert(Filling.workflow(number, state: state))
    }
  }

  private static func pod(_ number: Int, isLive: Bool) -> PodRecord {
    PodRecord(
      intent: "runpod-rpc-\(number)",
      podId: "pod\(number)",
      name: "runpod-rpc-\(number)",
      status: isLive ? "running" : "terminated",
      isLive: isLive,
      imageName: "runpod/pytorch:2.4.0-py3.11-cuda12.4.1-devel-ubuntu22.04",
      gpuTypeId: "NVIDIA GeForce RTX 4090",
      gpuCount: 1,
      interruptible: true,
      bidPerGpu: 0.5,
      terminateAfter: isLive ? Date(timeIntervalSince1970: 4_000_000_000) : nil,
      created: Date(timeIntervalSince1970: 1_800_000_000 + TimeInterval(number))
    )
  }

  private static func workflow(_ number: Int, state: String) -> WorkflowRecord {
    WorkflowRecord(
      id: "workflow-\(number)",
      kind: "setupRunner",
      state: state,
      parameters: #"{"imageName":"runpod/base:1.0","repoUrl":"https://github.com/octo/repo"}"#,
      created: Date(timeIntervalSince1970: 1_800_000_000 + TimeInterval(number))
    )
  }
}
