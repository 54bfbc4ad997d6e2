/// What one round of `runpod-rpc reap` found and did.
package struct Reaping: Encodable, Sendable, Hashable {
  /// The pods of the account that a runpod-rpc created, those that cost most first.
  package var pods: [ReapedPod]
  /// The pods of the account that no runpod-rpc created; they are never touched.
  package var others: Reconciliation.Others
  package var dryRun: Bool

  /// Whether a pod past its deadline is left.
  package var leavesWork: Bool { pods.contains(where: \.isLeftOver) }
}
