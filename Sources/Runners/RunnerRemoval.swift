/// What came of removing a runner.
package struct RunnerRemoval: Codable, Sendable, Hashable {
  /// Whether GitHub's list is known to be without it.
  package var deregistered: Bool
  /// Whether its directory on the pod is gone.
  package var filesRemoved: Bool
  /// Whether a job was cut.
  package var jobCut: Bool
  /// What did not go as it should, a sentence each.
  package var warnings: [String]

  package init(deregistered: Bool, filesRemoved: Bool, jobCut: Bool = false, warnings: [String] = []) {
    self.deregistered = deregistered
    self.filesRemoved = filesRemoved
    self.jobCut = jobCut
    self.warnings = warnings
  }
}
