/// The runners of one place, and what they lack.
package struct RunnerListing: Codable, Sendable, Hashable {
  package var runners: [Runner]
  /// Pods of ours that run and have no runner there.
  package var podsWithoutRunner: [String]

  package init(runners: [Runner], podsWithoutRunner: [String]) {
    self.runners = runners
    self.podsWithoutRunner = podsWithoutRunner
  }
}
