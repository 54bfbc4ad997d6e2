/// What becomes of a pod when the workflow that rented it fails or is cancelled.
package enum FailurePolicy: String, Codable, Sendable, Hashable, CaseIterable {
  /// The runner is deregistered, the pod ended for good.
  case terminate
  /// The runner is deregistered, the pod stopped: its volume is kept and paid for.
  case stop
  /// Nothing is touched: for those who want to look at what went wrong.
  case keep
}
