package import Concurrency

extension HTTPTransport {
  /// Sends, and sends again as `policy` says.
  ///
  /// - Returns: The last answer, which can be one that asks to come again.
  /// - Throws: As `send` does for the last attempt.
  package func send(_ request: HTTPRequest, policy: RetryPolicy, time: TimeSource) async throws -> HTTPResponse {
    var attempts = policy.begin(at: time.now())
    while true {
      let result: Result<HTTPResponse, HTTPFailure>
      do {
        result = .success(try await send(request))
      } catch let failure as HTTPFailure {
        result = .failure(failure)
      }
      switch attempts.decide(after: RetryPolicy.Outcome(result), at: time.now()) {
      case .deliver: return try result.get()
      case .wait(let duration): try await time.sleep(duration)
      }
    }
  }
}

extension RetryPolicy.Outcome {
  fileprivate init(_ result: Result<HTTPResponse, HTTPFailure>) {
    switch result {
    case .success(let response): self = .answered(status: response.status, retryAfter: response.retryAfter)
    case .failure(let failure): self = .unanswered(failure.reason)
    }
  }
}
