/// One word for how a runner is, from its processes on the pod, from what it has said, and from GitHub together.
package enum RunnerStatus: String, Codable, Sendable, Hashable, CaseIterable {
  /// The pod has no runner.
  case notInstalled
  /// It is unpacked and not registered: not yet, or no more, since an ephemeral one has done its job.
  case installed
  /// It is registered and has not been started yet.
  case configured
  /// It was started a moment ago; it or GitHub has not said yet that it is there.
  case starting
  /// Its listener runs, GitHub sees it, and it waits for jobs.
  case online
  /// It is running a job.
  case busy
  /// It is replacing itself by a newer version.
  case updating
  /// It runs, and GitHub does not see it.
  case offline
  /// It was stopped on purpose, and can be started.
  case stopped
  /// Its processes have ended without having been told to.
  case crashed
  /// GitHub no longer serves its version.
  case deprecated
  /// One half without the other: a runner that GitHub no longer knows, or a registration whose pod is gone.
  case orphan

  /// Whether it does what it is for.
  package var isGood: Bool { [.online, .busy].contains(self) }
}
