/// Who makes sure of a pod's deadlines when no `runpod-rpc` is running.
package enum DeadlineKeeper: String, Codable, Sendable, Hashable, CaseIterable {
  /// RunPod itself, told with the creation.
  case runpod
  /// A process on the pod.
  case pod
  /// Nobody but a `runpod-rpc` that runs: there is no process on the pod yet, or there cannot be.
  case service
}
