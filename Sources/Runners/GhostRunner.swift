/// A registration that a pod which is gone has left in GitHub's list.
package struct GhostRunner: Codable, Sendable, Hashable {
  package var podId: String
  /// Where it is registered.
  package var repoUrl: String
  package var name: String
  /// Whether it is gone now.
  package var removed: Bool
  /// Why it is still there and what to do about it; nil when it is gone.
  package var advice: String?

  package init(podId: String, repoUrl: String, name: String, removed: Bool, advice: String? = nil) {
    self.podId = podId
    self.repoUrl = repoUrl
    self.name = name
    self.removed = removed
    self.advice = advice
  }
}
