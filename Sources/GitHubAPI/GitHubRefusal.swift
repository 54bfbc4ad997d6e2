import FoundationEssentials
import HTTP
import JSON
import Outside
import Reporting
import Values

/// An answer that is no success, and what it means.
///
/// Statuses and texts: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
struct GitHubRefusal {
  private let response: HTTPResponse
  private let purpose: String
  private let now: Date
  private let message: String

  /// - Parameter purpose: What was tried, as the end of "GitHub refused to …".
  init(_ response: HTTPResponse, purpose: String, now: Date) {
    self.response = response
    self.purpose = purpose
    self.now = now
    let said = (try? JSONValue(parsing: response.body))?["message"]?.stringValue
    message = said?.visible ?? response.excerpt()
  }

  var failure: Failure {
    var failure = isRateLimit ? rateLimited : byStatus
    failure.details["httpStatus"] = "\(response.status)"
    if let id = response.header("x-github-request-id") { failure.details["githubRequestId"] = id.visible }
    return failure
  }

  private var said: String {
    "GitHub refused to \(purpose): \(message.isEmpty ? "status \(response.status)" : message)"
  }

  private var byStatus: Failure {
    switch response.status {
    case 401:
      Failure(
        .unauthorized,
        said,
        hint:
          "GITHUB_TOKEN is wrong, expired or revoked. Do not try again and again: GitHub then blocks good tokens too."
      )
    case 403: forbidden
    case 404:
      Failure(
        .notFound,
        said,
        hint: "It does not exist, or the token may not administer it (GitHub answers the same to both)." + ssoAdvice
      )
    case 409: Failure(.conflict, said)
    case 410: Failure(.apiRetired, said, hint: "This GitHub no longer has the API version 2022-11-28.")
    case 422: unprocessable
    case 429: rateLimited
    default: Failure(.apiFailure, said, retryable: response.status >= 500)
    }
  }

  private var forbidden: Failure {
    if message.bytes.lowercased.bytes.contains("user-agent")
      || message.bytes.lowercased.bytes.contains("administrative rules")
    {
      return Failure(.apiFailure, said, hint: "Something in between has removed the User-Agent.", retryable: false)
    }
    let needed = response.header("x-accepted-github-permissions").map { " It needs \($0.visible)." } ?? ""
    var failure = Failure(
      .forbidden,
      said,
      hint: "The token may not do this.\(needed) For a repository: \"Administration\" write, or a classic token with "
        + "\"repo\"; for an organisation: \"Self-hosted runners\" write, or \"admin:org\".\(ssoAdvice)"
    )
    failure.details["acceptedPermissions"] = response.header("x-accepted-github-permissions")?.visible
    return failure
  }

  private var unprocessable: Failure {
    guard message.bytes.contains("running a job") || message.bytes.contains("still running") else {
      return Failure(.apiFailure, said, retryable: false)
    }
    return Failure(.conflict, said, hint: "Wait until the job has ended, or cancel it.", retryable: true)
  }

  // MARK: Rate limits

  private var isRateLimit: Bool {
    guard [403, 429].contains(response.status) else { return false }
    return response.status == 429 || response.header("x-ratelimit-remaining") == "0" || response.retryAfter != nil
      || message.bytes.lowercased.bytes.contains("rate limit")
  }

  /// Seconds to wait before the same call; nil when no rate limit refused it. Without a word from GitHub it is a minute.
  var rateLimitWait: Int64? {
    isRateLimit ? response.retryAfter?.components.seconds ?? secondsToReset ?? 60 : nil
  }

  private var rateLimited: Failure {
    let wait = rateLimitWait ?? 60
    return Failure(
      .rateLimited,
      said,
      hint: "Try again in \(wait) seconds. Without a token GitHub allows 60 calls an hour.",
      details: ["retryAfterSeconds": "\(wait)"]
    )
  }

  /// Only the primary limit's window is told; the secondary ones leave some calls remaining.
  private var secondsToReset: Int64? {
    guard response.header("x-ratelimit-remaining") == "0",
      let reset = response.header("x-ratelimit-reset").flatMap(Double.init)
    else { return nil }
    return Int64(Int(limited: max(0, min(reset - now.timeIntervalSince1970, 86_400)).rounded(.up)))
  }

  /// Organisations with single sign-on name the page where the token is to be allowed.
  private var ssoAdvice: String {
    guard let header = response.header("x-github-sso"), let start = header.bytes.range(of: "url=") else { return "" }
    return " Allow the token for this organisation's single sign-on: \(header[start.upperBound...])"
  }
}
