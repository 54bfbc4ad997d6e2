package import Concurrency
package import HTTP
import JSON
package import Reporting

/// GitHub's REST API, as far as runners need it. Every function throws `Failure` or `CancellationError`.
package struct GitHubClient: Sendable {
  private let apiURL: String
  private let token: Secret?
  private let transport: any HTTPTransport
  private let time: TimeSource
  private let releases: ReleaseCache

  /// - Parameters:
  ///   - apiURL: "https://api.github.com", or "https://HOST/api/v3" of an enterprise server.
  ///   - token: May be missing as long as only releases are looked up.
  package init(apiURL: String, token: Secret?, transport: any HTTPTransport, time: TimeSource = .system) {
    self.apiURL = apiURL.hasSuffix("/") ? String(apiURL.dropLast()) : apiURL
    self.token = token
    self.transport = transport
    self.time = time
    releases = ReleaseCache(time: time)
  }

  /// A token for `config.sh`, good for one hour and any number of runners.
  package func registrationToken(for scope: RunnerScope) async throws -> Secret {
    try await mint("registration-token", for: scope)
  }

  /// A token for `config.sh remove`, good for one hour.
  package func removeToken(for scope: RunnerScope) async throws -> Secret {
    try await mint("remove-token", for: scope)
  }

  /// The runners of the scope, of all pages.
  ///
  /// - Parameter name: Only runners of exactly this name.
  package func runners(in scope: RunnerScope, name: String? = nil) async throws -> [GitHubRunner] {
    try requireToken("list the runners of \(scope.displayName)")
    let filter = name.map { "&name=" + PercentEncoding.query($0) } ?? ""
    var found: [GitHubRunner] = []
    // A page may be short, and the count is the server's word only: an empty page is the sure end.
    for page in 1...1000 {
      let path = "\(scope.apiPath)/actions/runners?per_page=100&page=\(page)\(filter)"
      let answer = try await json(call("GET", path, to: "list the runners of \(scope.displayName)"))
      let runners = (answer["runners"]?.arrayValue ?? []).compactMap(GitHubRunner.init)
      found += runners
      let total = answer["total_count"]?.intValue ?? 0
      if runners.isEmpty || page * 100 >= total { break }
    }
    // GitHub does not promise that its filter is exact.
    return found.filter { name == nil || $0.name == name }
  }

  /// Takes the runner off the list; one that is not there is a success.
  ///
  /// - Throws: `Failure(.conflict)` while it runs a job.
  package func deleteRunner(id: Int, in scope: RunnerScope) async throws {
    let purpose = "remove runner \(id) from \(scope.displayName)"
    try requireToken(purpose)
    do {
      _ = try await call("DELETE", "\(scope.apiPath)/actions/runners/\(id)", to: purpose)
    } catch let failure as Failure where failure.kind == .notFound {}
  }

  /// The newest runner for Linux. Asked once and shared for some minutes, since lookups without a key are few an hour.
  ///
  /// - Parameter architecture: "x64" or "arm64".
  package func latestRunner(architecture: String) async throws -> RunnerRelease {
    let release = try await releases.value { [self] in
      try await json(call("GET", "/repos/actions/runner/releases/latest", to: "look up the newest runner"))
    }
    return try RunnerRelease(release, architecture: architecture)
  }

  private func mint(_ kind: String, for scope: RunnerScope) async throws -> Secret {
    let purpose = "get a \(kind) for \(scope.displayName)"
    try requireToken(purpose)
    let answer = try await json(call("POST", "\(scope.apiPath)/actions/runners/\(kind)", to: purpose))
    guard let token = answer["token"]?.stringValue, !token.isEmpty else {
      throw Failure(.apiFailure, "GitHub answered without a token when asked to \(purpose).")
    }
    return Secret(token)
  }

  private func requireToken(_ purpose: String) throws {
    guard token == nil else { return }
    throw Failure(
      .environmentIncomplete,
      "A GitHub token is needed to \(purpose).",
      hint: "Set GITHUB_TOKEN to a token that may administer it."
    )
  }

  /// The answer of one call, an error unless it is a success.
  private func call(_ method: String, _ path: String, to purpose: String) async throws -> HTTPResponse {
    var headers = [
      (name: "Accept", value: "application/vnd.github+json"),
      (name: "X-GitHub-Api-Version", value: "2022-11-28"),
    ]
    if let token { headers.append((name: "Authorization", value: "Bearer \(token.exposed)")) }
    let request = HTTPRequest(method: method, url: apiURL + path, headers: headers, timeout: .seconds(20))
    let response: HTTPResponse
    do {
      // Tokens can be minted and runners deleted twice without harm.
      response = try await transport.send(request, policy: .repeatable, time: time)
    } catch let failure as HTTPFailure {
      throw failure.failure(calling: "GitHub")
    }
    guard !(200...299).contains(response.status) else { return response }
    throw GitHubRefusal(response, purpose: purpose, now: time.now()).failure
  }

  private func json(_ response: HTTPResponse) throws -> JSONValue {
    do {
      return try JSONValue(parsing: response.body)
    } catch {
      throw Failure(
        .apiFailure,
        "GitHub's answer is not JSON: \(response.excerpt(limit: 80))",
        hint: "Check GITHUB_API_URL; a proxy in between can also be the reason."
      )
    }
  }
}
