import Concurrency
package import FoundationEssentials
import HTTP
import JSON
import Reporting

extension GitHubClient {
  /// A runner for Linux to install. Asked for once and shared for some minutes, since lookups without a key are few an hour.
  ///
  /// - Parameters:
  ///   - version: "2.338.0"; nil: the newest that the server takes.
  ///   - architecture: "x64" or "arm64".
  package func runnerRelease(
    _ version: String? = nil,
    architecture: String,
    for scope: RunnerScope
  ) async throws -> RunnerRelease {
    if server.isSeparate, version == nil, token != nil {
      let downloads = try await releases.value("downloads \(scope.webURL)") { [self] in
        try await json(call("GET", "runners/downloads", in: scope, to: "look up the runner for \(scope.displayName)"))
      }
      return try RunnerRelease(downloads: downloads, architecture: architecture)
    }
    // Releases are public on github.com, whose business the token of another server is not.
    let (server, token) = server.isSeparate ? (.dotcom, nil) : (server, token)
    let path = version.map { "tags/v\(PercentEncoding.query($0))" } ?? "latest"
    let purpose = "look up \(version.map { "runner \($0)" } ?? "the newest runner")"
    let release = try await releases.value(path) { [self] in
      let url = "\(server.apiURL)/repos/actions/runner/releases/\(path)"
      return try await json(call("GET", url, token, to: purpose))
    }
    return try RunnerRelease(release, architecture: architecture)
  }

  /// When GitHub stops serving runners of a version; nil when it does not say.
  package func deprecation(ofRunner version: String, in scope: RunnerScope) async throws -> Date? {
    do {
      let purpose = "look up how long runner \(version) is served"
      let answer = try await json(
        call("GET", "runners/deprecations/\(PercentEncoding.query(version))", in: scope, to: purpose)
      )
      let dates = ["runtime_deprecates_at", "registration_deprecates_at"].compactMap { name in
        answer[name]?.stringValue.flatMap { try? Date($0, strategy: .iso8601) }
      }
      return dates.min()
    } catch let failure as Failure where [.notFound, .apiRetired].contains(failure.kind) {
      // Enterprise servers, and versions that GitHub has no plans for.
      return nil
    }
  }
}
