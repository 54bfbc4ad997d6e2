import GitHubAPI
package import Reporting

/// What to install where.
package struct RunnerInstallation: Sendable, Hashable {
  package var podId: String
  /// The web address of a repository, organisation or enterprise.
  package var repoUrl: String
  /// A registration token; nil: one is minted.
  package var token: Secret?
  /// nil: the name of the one that is there, or `runpod-<pod id>`.
  package var name: String?
  /// Environment variables of jobs, besides those of the container.
  package var env: [String: String]
  package var options: RunnerOptions

  package init(
    podId: String,
    repoUrl: String,
    token: Secret?,
    name: String?,
    env: [String: String] = [:],
    options: RunnerOptions
  ) {
    self.podId = podId
    self.repoUrl = repoUrl
    self.token = token
    self.name = name
    self.env = env
    self.options = options
  }

  /// Looks at what can be wrong before a pod is touched.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a URL, a name or a label that cannot be one, and for what contradicts itself.
  package func validate() throws { _ = try RunnerWish(self) }

  /// Looks at what names a registration.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a URL or a name that cannot be one.
  package static func validate(repoUrl: String, name: String?) throws {
    _ = try RunnerScope(repoUrl: repoUrl)
    if let name { _ = try RunnerIdentity.checked(name: name) }
  }
}
