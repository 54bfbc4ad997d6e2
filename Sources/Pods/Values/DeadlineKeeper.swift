/// What ends or stops a pod at its deadline besides every `runpod-rpc` of the account that runs and `runpod-rpc reap`. RunPod
/// itself does not: https://github.com/runpod/runpodctl/pull/330
package enum DeadlineKeeper: String, Codable, Sendable, Hashable, CaseIterable {
  /// A process on the pod.
  case pod
  /// Nothing: there is no process on the pod yet, or there cannot be.
  case service
}
