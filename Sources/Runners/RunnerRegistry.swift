package import GitHubAPI
package import Reporting

/// What GitHub is asked about runners.
package protocol RunnerRegistry: Sendable {
  func registrationToken(for scope: RunnerScope) async throws -> Secret
  func removeToken(for scope: RunnerScope) async throws -> Secret
  func runners(in scope: RunnerScope, name: String?) async throws -> [GitHubRunner]
  func deleteRunner(id: Int, in scope: RunnerScope) async throws
  func latestRunner(architecture: String) async throws -> RunnerRelease
}

extension GitHubClient: RunnerRegistry {}
