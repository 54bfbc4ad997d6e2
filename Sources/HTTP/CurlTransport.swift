import Concurrency

/// HTTP by libcurl: one thread carries every transfer, connections are kept and shared.
///
/// Cancelling the caller's task closes its transfer. Proxies are taken from the environment as libcurl does.
package final class CurlTransport: HTTPTransport {
  private let loop: CurlLoop

  /// - Parameter configuration: What all requests have in common.
  package init(configuration: Configuration) {
    loop = CurlLoop(configuration: configuration)
  }

  deinit { loop.stop() }

  package func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let id = loop.reserve()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.submit(.init(id: id, request: request, sink: sink, continuation: continuation))
      }
    } onCancel: {
      loop.cancel(id)
    }
  }
}

extension CurlTransport {
  package struct Configuration: Sendable {
    /// Cloudflare bans the agents of well-known libraries.
    package var userAgent: String
    package var connectTimeout: Duration
    /// Bytes of a body, after decompression.
    package var responseLimit: Int
    /// A file of certificates to trust instead of the system's.
    package var certificateBundle: String?

    package init(
      userAgent: String,
      connectTimeout: Duration = .seconds(10),
      responseLimit: Int = 32 << 20,
      certificateBundle: String? = nil
    ) {
      self.userAgent = userAgent
      self.connectTimeout = connectTimeout
      self.responseLimit = responseLimit
      self.certificateBundle = certificateBundle
    }

    /// As for this process's environment: `CURL_CA_BUNDLE`, else `SSL_CERT_FILE`, name the certificates.
    package init(version: String, environment: [String: String]) {
      self.init(
        userAgent: "runpod-rpc/\(version)",
        certificateBundle: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy
          .compactMap { environment[$0] }.first { !$0.isEmpty }
      )
    }
  }
}
