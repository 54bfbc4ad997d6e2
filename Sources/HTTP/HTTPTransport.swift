/// Whatever carries requests: libcurl, or a script of answers in tests.
package protocol HTTPTransport: Sendable {
  /// Sends once; answers of every status are returned.
  ///
  /// - Throws: `HTTPFailure` when no answer came, `CancellationError`, or `Failure(.environmentIncomplete)` when there is
  ///   nothing to send with.
  func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
