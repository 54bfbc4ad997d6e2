/// Which of a runner's logs.
package enum RunnerLogSource: String, Codable, Sendable, Hashable, CaseIterable {
  /// What it prints: its connections and its jobs.
  case console
  /// The newest diagnostic log of its listener.
  case listener
  /// The newest diagnostic log of a job.
  case worker
}

/// Lines of a runner's log.
package struct RunnerLog: Codable, Sendable, Hashable {
  package var lines: [String]

  package init(lines: [String]) { self.lines = lines }
}
