import HTTP
import Outside
import Reporting

extension APICall {
  /// What an HTTP status means that both APIs use alike.
  ///
  /// - Parameter said: The API's own sentence, if the body has one.
  func failure(_ response: HTTPResponse, said: String?) -> Failure {
    let text = said ?? response.excerpt(limit: 120)
    let sentence = "RunPod did not \(purpose): status \(response.status)\(text.isEmpty ? "" : ", \"\(text)\"")."
    var failure: Failure
    switch response.status {
    case 401:
      failure = Failure(.unauthorized, "RunPod refused the API key (status 401).", hint: RunPodRefusal.keyAdvice)
    case 402:
      failure = Failure(.insufficientBalance, sentence, hint: RunPodRefusal.balanceAdvice)
    case 403 where response.isOfCloudflare:
      failure = Failure(
        .forbidden,
        "RunPod's gateway (Cloudflare) refused this client, not the key (status 403).",
        hint: "Something in between changed the User-Agent, or the address is blocked; try without a proxy.",
        details: ["gateway": "cloudflare"]
      )
    case 403:
      failure = Failure(.forbidden, sentence, hint: RunPodRefusal.scopeAdvice)
    case 404, 405:
      failure = Failure(.configurationInvalid, sentence, hint: "Check RUNPOD_API_URL: it does not lead to the API.")
    case 410:
      failure = Failure(
        .apiRetired,
        "RunPod has switched this API off (status 410).",
        hint: "Set RUNPOD_API to rest, or look for a newer runpod-rpc."
      )
    case 429:
      let wait = response.retryAfter?.components.seconds
      failure = Failure(
        .rateLimited,
        "RunPod takes no more calls for now (status 429).",
        hint: wait.map { "Try again in \($0) seconds." } ?? "Try again in a minute."
      )
      failure.details["retryAfterSeconds"] = wait.map(String.init)
    case 500...599 where !isRepeatable:
      failure = ambiguous("status \(response.status)")
    default:
      failure = Failure(.apiFailure, sentence, retryable: response.status >= 500)
    }
    failure.details["httpStatus"] = "\(response.status)"
    return failure
  }
}

extension HTTPResponse {
  /// Whether RunPod's gateway has answered in its place: "error code: 1010", or a page of Cloudflare's own.
  fileprivate var isOfCloudflare: Bool {
    let text = String(decoding: body.prefix(20_000), as: UTF8.self)
    return text.bytes.contains("error code: 10") || text.bytes.lowercased.bytes.contains("cloudflare")
  }
}
