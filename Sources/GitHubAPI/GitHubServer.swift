import Outside
import Reporting

/// Which GitHub is asked: github.com, an enterprise server, or one of the tenants with data of their own.
struct GitHubServer: Sendable, Hashable {
  /// Without a final slash.
  let apiURL: String

  init(apiURL: String) {
    self.apiURL = apiURL.bytes.before(suffix: "/").map(String.init) ?? apiURL
  }

  static let dotcom = GitHubServer(apiURL: "https://api.github.com")

  /// Whether it has no releases of the runner itself, and says in another way which runner it takes.
  var isSeparate: Bool { apiURL.bytes.hasSuffix("/api/v3") || host.bytes.hasSuffix(".ghe.com") }

  /// What a runner must be able to reach, the API first.
  ///
  /// https://docs.github.com/en/actions/reference/runners/self-hosted-runners#accessible-domains-by-function
  var addressesOfRunners: [String] {
    guard self == .dotcom else { return [apiURL] }
    return [apiURL, "https://github.com", "https://broker.actions.githubusercontent.com"]
  }

  /// A token must only go where its user meant it to: a repository elsewhere does not decide that.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a scope that this server certainly has not.
  func check(_ scope: RunnerScope) throws {
    guard self == .dotcom, !["github.com", "www.github.com"].contains(scope.host) else { return }
    let isTenant = scope.host.bytes.hasSuffix(".ghe.com")
    throw Failure(
      .configurationInvalid,
      "\(scope.webURL) is not on github.com, whose API is \(apiURL).",
      hint: "Set GITHUB_API_URL=https://\(isTenant ? "api.\(scope.host)" : "\(scope.host)/api/v3")."
    )
  }

  private var host: Substring {
    let afterScheme = apiURL.bytes.range(of: "://").map { apiURL[$0.upperBound...] } ?? apiURL[...]
    return Substring(afterScheme.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
  }
}
