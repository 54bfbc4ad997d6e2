/// Gets a body in pieces, as they come, on the thread that carries all requests, which it must not hold up.
package typealias BodySink = @Sendable ([UInt8]) -> Void

/// Whatever carries requests: libcurl, or a script of answers in tests.
package protocol HTTPTransport: Sendable {
  /// Sends once; answers of every status are returned.
  ///
  /// - Parameter sink: Gets the body of a success (2xx), which the answer that is returned then lacks; nil: the whole body
  ///   is awaited.
  /// - Throws: `HTTPFailure` when no answer came, or its body broke off, `CancellationError`, or
  ///   `Failure(.environmentIncomplete)` when there is nothing to send with.
  func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse
}

extension HTTPTransport {
  package func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await send(request, sink: nil) }
}
