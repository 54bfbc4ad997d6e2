/// The pods of an account, as one look at it shows them.
package struct PodList: Sendable, Hashable {
  package var pods: [RemotePod]
  /// Whether every entry of the answer is among `pods`. When one was left out, a pod that is missing here may be that one: its
  /// absence proves nothing.
  package var isComplete: Bool

  package init(_ pods: [RemotePod], isComplete: Bool = true) {
    self.pods = pods
    self.isComplete = isComplete
  }
}
