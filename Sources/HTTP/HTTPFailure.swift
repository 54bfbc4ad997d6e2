package import Reporting

/// No answer came.
package struct HTTPFailure: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// The request could not be made of what was given: a URL or a header.
    case badRequest
    /// Name, network, proxy or TLS: no connection to the server.
    case unreachable
    case timedOut
    /// The connection broke while the answer was awaited.
    case broken
    /// The answer was longer than we take.
    case tooLarge
  }

  package var reason: Reason
  /// What libcurl said, without any secret.
  package var message: String
  /// Whether the server may have seen, and acted on, the request.
  package var mayHaveReachedServer: Bool

  package init(_ reason: Reason, _ message: String, mayHaveReachedServer: Bool) {
    self.reason = reason
    self.message = message
    self.mayHaveReachedServer = mayHaveReachedServer
  }

  /// The failure as users hear of it.
  ///
  /// - Parameter service: Who was called: "RunPod".
  package func failure(calling service: String) -> Failure {
    switch reason {
    case .badRequest:
      Failure(.configurationInvalid, "The request to \(service) could not be made: \(message).", hint: "Check its URL.")
    case .unreachable:
      Failure(.networkFailure, "\(service) could not be reached: \(message).", hint: "Check the network and the URL.")
    case .timedOut:
      Failure(.timeout, "\(service) did not answer in time: \(message).", hint: "Try again; the service may be slow.")
    case .broken:
      Failure(.networkFailure, "The connection to \(service) broke: \(message).", hint: "Try again.")
    case .tooLarge:
      Failure(.apiFailure, "\(service) answered more than can be taken: \(message).", retryable: false)
    }
  }
}
