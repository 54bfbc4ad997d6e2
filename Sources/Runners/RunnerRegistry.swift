package import FoundationEssentials
package import GitHubAPI
package import Reporting

/// What GitHub is asked about runners.
package protocol RunnerRegistry: Sendable {
  /// What a runner must be able to reach, the most important one first.
  var addressesOfRunners: [String] { get }

  func registrationToken(for scope: RunnerScope) async throws -> Secret
  func removeToken(for scope: RunnerScope) async throws -> Secret
  func jitRegistration(name: String, groupId: Int, labels: [String], in scope: RunnerScope) async throws
    -> JITRegistration
  func runnerGroupId(named name: String, in scope: RunnerScope) async throws -> Int
  func runners(in scope: RunnerScope, name: String?) async throws -> [GitHubRunner]
  func recentRunners(in scope: RunnerScope) async throws -> [GitHubRunner]
  func deleteRunner(id: Int, in scope: RunnerScope) async throws
  func setLabels(_ labels: [String], ofRunner id: Int, in scope: RunnerScope) async throws
  func runnerRelease(_ version: String?, architecture: String, for scope: RunnerScope) async throws -> RunnerRelease
  func deprecation(ofRunner version: String, in scope: RunnerScope) async throws -> Date?
}

extension GitHubClient: RunnerRegistry {}
