/// Some of the pods in the books, newest first.
package struct PodPage: Codable, Sendable, Hashable {
  package var pods: [Pod]
  /// Give it to the next `list` to go on; nil on the last page.
  package var nextCursor: String?

  /// How many live pods in the state file belong to other RunPod accounts; nil for none.
  package var otherAccounts: Int?

  package init(pods: [Pod], nextCursor: String? = nil, otherAccounts: Int? = nil) {
    self.pods = pods
    self.nextCursor = nextCursor
    self.otherAccounts = otherAccounts
  }
}
