package import Concurrency
package import HTTP
import JSON
package import Reporting
package import Values

/// GitHub's REST API, as far as runners need it. Every function throws `Failure` or `CancellationError`.
package struct GitHubClient: Sendable {
  /// Tokens can be minted and runners deleted twice without harm. Of rate limits, `GitHubRefusal` knows more than a status says.
  private static let retries = {
    var policy = RetryPolicy.repeatable
    policy.takesTooManyRequests = false
    return policy
  }()
  /// How long a rate limit is waited out, in seconds, and how often. GitHub's secondary limits ask for a minute.
  private static let patience: (Int64, Int) = (70, 2)

  let server: GitHubServer
  let token: Secret?
  let releases: SharedAnswers<String, JSONValue>
  let lists: SharedAnswers<RunnerScope, [GitHubRunner]>
  let time: TimeSource
  let intake: Intake
  private let transport: any HTTPTransport

  /// - Parameters:
  ///   - apiURL: "https://api.github.com", or "https://HOST/api/v3" of an enterprise server.
  ///   - token: May be missing as long as only releases are looked up.
  ///   - intake: Warns of what is left out of answers because it is not what it should be.
  package init(
    apiURL: String,
    token: Secret?,
    transport: any HTTPTransport,
    time: TimeSource = .system,
    intake: Intake = Intake("GitHub")
  ) {
    server = GitHubServer(apiURL: apiURL)
    self.token = token
    self.transport = transport
    self.time = time
    self.intake = intake
    releases = SharedAnswers(lifetime: 300, time: time)
    lists = SharedAnswers(lifetime: 2, time: time)
  }

  /// The answer of one call about a scope, an error unless it is a success.
  ///
  /// - Parameters:
  ///   - path: What follows `…/actions/`.
  ///   - purpose: What is tried, as the end of "GitHub refused to …".
  func call(
    _ method: String,
    _ path: String,
    in scope: RunnerScope,
    body: JSONValue? = nil,
    to purpose: String
  ) async throws -> HTTPResponse {
    try server.check(scope)
    guard let token else {
      throw Failure(
        .environmentIncomplete,
        "A GitHub token is needed to \(purpose).",
        hint: "Set GITHUB_TOKEN to a token that may administer it."
      )
    }
    return try await call(method, server.apiURL + scope.apiPath + "/actions/" + path, token, body: body, to: purpose)
  }

  func call(
    _ method: String,
    _ url: String,
    _ token: Secret?,
    body: JSONValue? = nil,
    to purpose: String
  ) async throws -> HTTPResponse {
    var headers = [
      (name: "Accept", value: "application/vnd.github+json"),
      (name: "X-GitHub-Api-Version", value: "2022-11-28"),
    ]
    if let token { headers.append((name: "Authorization", value: "Bearer \(token.exposed)")) }
    if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
    let request = HTTPRequest(
      method: method,
      url: url,
      headers: headers,
      body: body?.serialized(),
      timeout: .seconds(20)
    )
    var waits = 0
    while true {
      let response: HTTPResponse
      do {
        response = try await transport.send(request, policy: Self.retries, time: time)
      } catch let failure as HTTPFailure {
        throw failure.failure(calling: "GitHub")
      }
      guard !(200...299).contains(response.status) else { return response }
      let refusal = GitHubRefusal(response, purpose: purpose, now: time.now())
      let (longest, times) = Self.patience
      guard let wait = refusal.rateLimitWait, wait <= longest, waits < times else { throw refusal.failure }
      waits += 1
      try await time.sleep(.seconds(wait))
    }
  }

  func json(_ response: HTTPResponse) throws -> JSONValue {
    do {
      return try JSONValue(parsing: response.body)
    } catch {
      throw Failure(
        .apiFailure,
        "GitHub's answer is not JSON: \(response.excerptOfPage(limit: 80))",
        hint: "Check GITHUB_API_URL; a proxy in between can also be the reason."
      )
    }
  }
}
