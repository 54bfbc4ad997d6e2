/// Where a workflow is in its life.
package enum WorkflowState: String, Codable, Sendable, Hashable, CaseIterable {
  /// A living server is at work on it, forwards or backwards.
  case running
  case succeeded
  /// A step failed, and what had been done was undone.
  case failed
  /// Someone asked for its end, and what had been done was undone.
  case cancelled
  /// Nobody is at work on it: its server closed or died. It can be taken up again.
  case interrupted

  /// Whether nothing more will happen to it by itself.
  package var isOver: Bool { [.succeeded, .failed, .cancelled].contains(self) }
}
