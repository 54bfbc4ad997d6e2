import HTTP
import JSON
import Reporting

/// An answer of the GraphQL API: RunPod's refusals come with status 200, and bodies of other statuses need not be JSON.
struct GraphQLAnswer {
  private let response: HTTPResponse
  private let json: JSONValue?

  init(_ response: HTTPResponse) {
    self.response = response
    json = try? JSONValue(parsing: response.body)
  }

  /// The operation's result, null included.
  ///
  /// - Throws: `Failure`.
  func value(of operation: GraphQLOperation) throws -> JSONValue {
    if let refusal = json?["errors"]?.arrayValue?.first.map(RunPodRefusal.init) {
      // With a status of its own, 401 or 429 say, that says more than the text.
      guard [200, 400].contains(response.status) else { throw failureByStatus(of: operation, said: refusal.message) }
      throw refusal.failure(of: operation)
    }
    guard response.status == 200 else { throw failureByStatus(of: operation, said: nil) }
    guard let data = json?["data"], data.objectValue != nil else { throw unreadable(operation) }
    return data[operation.field] ?? .null
  }

  private func failureByStatus(of operation: GraphQLOperation, said: String?) -> Failure {
    let text = said ?? response.excerpt(limit: 120)
    let sentence =
      "RunPod did not \(operation.purpose): status \(response.status)\(text.isEmpty ? "" : ", \"\(text)\"")."
    var failure: Failure
    switch response.status {
    case 401:
      failure = Failure(.unauthorized, "RunPod refused the API key (status 401).", hint: RunPodRefusal.keyAdvice)
    case 402:
      failure = Failure(.insufficientBalance, sentence, hint: RunPodRefusal.balanceAdvice)
    case 403 where response.excerpt().contains("1010"):
      failure = Failure(
        .forbidden,
        "RunPod's gateway (Cloudflare) refused this client, not the key: \(text).",
        hint: "Something in between changed the User-Agent, or the address is blocked; try without a proxy."
      )
    case 403:
      failure = Failure(.forbidden, sentence, hint: RunPodRefusal.scopeAdvice)
    case 404, 405:
      failure = Failure(.configurationInvalid, sentence, hint: "Check RUNPOD_API_URL: it does not lead to the API.")
    case 410:
      failure = Failure(
        .apiRetired,
        "RunPod has switched its GraphQL API off (status 410).",
        hint: "Set RUNPOD_API_URL to https://api.runpod.io/v2."
      )
    case 429:
      let wait = response.retryAfter?.components.seconds
      failure = Failure(
        .rateLimited,
        "RunPod takes no more calls for now (status 429).",
        hint: wait.map { "Try again in \($0) seconds." } ?? "Try again in a minute."
      )
      failure.details["retryAfterSeconds"] = wait.map(String.init)
    case 500...599 where !operation.isRepeatable:
      failure = operation.ambiguous("status \(response.status)")
    default:
      failure = Failure(.apiFailure, sentence, retryable: response.status >= 500)
    }
    failure.details["httpStatus"] = "\(response.status)"
    return failure
  }

  /// Status 200 and no GraphQL in it: a captive portal, a proxy, an answer cut short.
  private func unreadable(_ operation: GraphQLOperation) -> Failure {
    operation.isRepeatable
      ? Failure(
        .apiFailure,
        "RunPod's answer is not GraphQL: \"\(response.excerpt(limit: 80))\".",
        hint: "Check RUNPOD_API_URL; a proxy in between can also be the reason."
      )
      : operation.ambiguous("the answer is not GraphQL")
  }
}
