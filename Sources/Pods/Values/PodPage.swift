/// Some of the pods in the books, newest first.
package struct PodPage: Codable, Sendable, Hashable {
  package var pods: [Pod]
  /// Give it to the next `list` to go on; nil on the last page.
  package var nextCursor: String?

  package init(pods: [Pod], nextCursor: String? = nil) {
    self.pods = pods
    self.nextCursor = nextCursor
  }
}
