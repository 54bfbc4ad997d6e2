/// A GitHub Actions runner, as its pod and GitHub describe it.
package struct Runner: Codable, Sendable, Hashable {
  /// What keeps the runner's processes alive.
  package enum Mode: String, Codable, Sendable, Hashable, CaseIterable {
    case systemd, supervised
  }

  package var name: String
  /// nil for a runner in GitHub's list whose pod is not known.
  package var podId: String?
  /// The repository, organisation or enterprise that it serves.
  package var repoUrl: String?
  package var status: RunnerStatus
  package var mode: Mode?
  package var version: String?
  package var labels: [String]
  package var githubId: Int?
  package var busy: Bool
  /// Of one that was just stopped: whether a job was cut by that.
  package var jobCut: Bool?
  /// Its directory on the pod.
  package var workDirectory: String?
  /// Why the status is what it is, a sentence each.
  package var reasons: [String]

  package init(
    name: String,
    podId: String? = nil,
    repoUrl: String? = nil,
    status: RunnerStatus,
    mode: Mode? = nil,
    version: String? = nil,
    labels: [String] = [],
    githubId: Int? = nil,
    busy: Bool = false,
    workDirectory: String? = nil,
    reasons: [String] = []
  ) {
    self.name = name
    self.podId = podId
    self.repoUrl = repoUrl
    self.status = status
    self.mode = mode
    self.version = version
    self.labels = labels
    self.githubId = githubId
    self.busy = busy
    self.workDirectory = workDirectory
    self.reasons = reasons
  }
}
