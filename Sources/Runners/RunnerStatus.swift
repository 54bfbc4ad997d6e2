/// One word for how a runner is, from its processes on the pod and from GitHub together.
package enum RunnerStatus: String, Codable, Sendable, Hashable, CaseIterable {
  /// Its listener runs, GitHub sees it, and it waits for jobs.
  case online
  /// It is running a job.
  case busy
  /// It ought to be working, and GitHub or its processes say that it is not.
  case offline
  /// It is configured, and nothing runs.
  case stopped
  /// The pod has no configured runner.
  case notInstalled
}
