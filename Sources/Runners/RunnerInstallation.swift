import GitHubAPI
package import Reporting

/// What to install where.
package struct RunnerInstallation: Sendable, Hashable {
  package var podId: String
  /// The web address of a repository, organisation or enterprise.
  package var repoUrl: String
  /// A registration token; nil: one is minted.
  package var token: Secret?
  /// nil: `runpod-runner-<unix time>`.
  package var name: String?
  /// Besides GitHub's own (`self-hosted`, `Linux`, the architecture).
  package var labels: [String]
  /// Takes one job and is gone.
  package var ephemeral: Bool
  /// Takes over the registration of a runner of the same name.
  package var replace: Bool
  /// As root instead of as the user `runner`.
  package var runAsRoot: Bool
  /// `2.338.0`, say; nil: the newest.
  package var version: String?
  /// The runner's directory on the pod; nil: the manager's.
  package var workDirectory: String?

  package init(
    podId: String,
    repoUrl: String,
    token: Secret? = nil,
    name: String? = nil,
    labels: [String] = [],
    ephemeral: Bool = false,
    replace: Bool = false,
    runAsRoot: Bool = false,
    version: String? = nil,
    workDirectory: String? = nil
  ) {
    self.podId = podId
    self.repoUrl = repoUrl
    self.token = token
    self.name = name
    self.labels = labels
    self.ephemeral = ephemeral
    self.replace = replace
    self.runAsRoot = runAsRoot
    self.version = version
    self.workDirectory = workDirectory
  }

  /// Looks at what can be wrong before a pod is touched.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a URL, a name or a label that cannot be one.
  package func validate() throws {
    _ = try RunnerScope(repoUrl: repoUrl)
    _ = try name.map(RunnerIdentity.checked(name:))
    _ = try RunnerIdentity.checked(labels: labels)
  }
}
