package import Concurrency

extension HTTPTransport {
  /// Sends, and sends again as `policy` says, which bounds the time of all sends together. A stream, for which there is a `sink`,
  /// has the time of its request.
  ///
  /// - Parameter sink: As for a single `send`; once it has got something, nothing is sent again.
  /// - Returns: The last answer, which can be one that asks to come again.
  /// - Throws: As `send` does for the last attempt.
  package func send(
    _ request: HTTPRequest,
    policy: RetryPolicy,
    time: TimeSource,
    sink: BodySink? = nil
  ) async throws -> HTTPResponse {
    let isBegun = Locked(false)
    let watched: BodySink = { piece in
      isBegun.withLock { $0 = true }
      sink?(piece)
    }
    var attempts = policy.begin(at: time.now())
    var request = request
    let limit = request.timeout
    while true {
      if sink == nil, let left = attempts.limit(at: time.now()) { request.timeout = min(limit, left) }
      let result: Result<HTTPResponse, HTTPFailure>
      do {
        result = .success(try await send(request, sink: sink == nil ? nil : watched))
      } catch let failure as HTTPFailure {
        result = .failure(failure)
      }
      if isBegun.withLock({ $0 }) { return try result.get() }
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
