package import Reporting

/// What to install where.
package struct RunnerInstallation: Sendable, Hashable {
  package var podId: String
  /// The web address of a repository, organisation or enterprise.
  package var repoUrl: String
  /// A registration token; nil: one is minted.
  package var token: Secret?
  /// Registered by GitHub itself, for one job: no token ever gets to the pod.
  package var jit: Bool
  /// nil: the name of the one that is there, or `runpod-<pod id>`.
  package var name: String?
  /// Besides GitHub's own (`self-hosted`, `Linux`, the architecture) and the pod's.
  package var labels: [String]
  /// Of an organisation or enterprise; nil: its default group.
  package var runnerGroup: String?
  /// Takes one job and is gone.
  package var ephemeral: Bool
  /// Takes over the name from another pod's runner, whose registration is removed.
  package var replace: Bool
  /// As root instead of as the user `runner`.
  package var runAsRoot: Bool
  /// Of the image's distribution, installed for jobs: `git`, `sudo`.
  package var packages: [String]
  /// `2.338.0`, say; nil: the newest.
  package var version: String?
  /// The runner's directory on the pod; nil: the manager's, or one beside it when that has a runner of another name.
  package var workDirectory: String?

  package init(
    podId: String,
    repoUrl: String,
    token: Secret? = nil,
    jit: Bool = false,
    name: String? = nil,
    labels: [String] = [],
    runnerGroup: String? = nil,
    ephemeral: Bool = false,
    replace: Bool = false,
    runAsRoot: Bool = false,
    packages: [String] = [],
    version: String? = nil,
    workDirectory: String? = nil
  ) {
    self.podId = podId
    self.repoUrl = repoUrl
    self.token = token
    self.jit = jit
    self.name = name
    self.labels = labels
    self.runnerGroup = runnerGroup
    self.ephemeral = ephemeral
    self.replace = replace
    self.runAsRoot = runAsRoot
    self.packages = packages
    self.version = version
    self.workDirectory = workDirectory
  }

  /// Looks at what can be wrong before a pod is touched.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a URL, a name or a label that cannot be one, and for what contradicts itself.
  package func validate() throws { _ = try RunnerWish(self) }
}
