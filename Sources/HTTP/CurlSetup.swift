import CCurl

/// Puts a request into a transfer's options.
struct CurlSetup {
  let easy: UnsafeMutableRawPointer
  let configuration: CurlTransport.Configuration

  /// - Parameter isStreamed: Whether the body is wanted piece by piece: a compressor would hold pieces back.
  /// - Throws: `HTTPFailure` for what no request can be made of.
  func apply(_ request: HTTPRequest, isStreamed: Bool) throws {
    try Self.check(request)
    text(CURLOPT_URL, request.url)
    text(CURLOPT_USERAGENT, configuration.userAgent)
    if !isStreamed { text(CURLOPT_ACCEPT_ENCODING, "") }
    if let bundle = configuration.certificateBundle { text(CURLOPT_CAINFO, bundle) }
    // libcurl's own way to time out name look-ups is a signal, which no thread here may get.
    number(CURLOPT_NOSIGNAL, 1)
    number(CURLOPT_TIMEOUT_MS, Self.milliseconds(request.timeout))
    number(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(min(configuration.connectTimeout, request.timeout)))
    number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    number(CURLOPT_PIPEWAIT, 1)
    number(CURLOPT_TCP_KEEPALIVE, 1)
    if !request.isRepeatable { number(CURLOPT_FRESH_CONNECT, 1) }
    restrictProtocols()
    method(request)
  }

  private func method(_ request: HTTPRequest) {
    switch (request.method, request.body) {
    case ("GET", nil):
      // Only a read may go elsewhere than its caller said. Keys do not follow: libcurl keeps them from other hosts.
      number(CURLOPT_FOLLOWLOCATION, 1)
      number(CURLOPT_MAXREDIRS, 5)
    case ("HEAD", nil): number(CURLOPT_NOBODY, 1)
    case ("POST", let body): self.body(body ?? [])
    case (let method, let body):
      if let body { self.body(body) }
      text(CURLOPT_CUSTOMREQUEST, method)
    }
  }

  private func restrictProtocols() {
    guard ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK else {
      text(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
      return
    }
    // Before libcurl 7.85 protocols were bits: 1 is http, 2 is https.
    number(CURLOPT_PROTOCOLS, 3)
    number(CURLOPT_REDIR_PROTOCOLS, 3)
  }

  private func text(_ option: CURLoption, _ value: String) { _ = ccurl_set_text(easy, option, value) }

  private func number(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(easy, option, value) }

  private func body(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { _ = ccurl_set_body(easy, $0.baseAddress, $0.count) }
  }

  /// At least one: libcurl takes zero for no limit.
  private static func milliseconds(_ duration: Duration) -> Int {
    let parts = duration.components
    guard parts.seconds < 1_000_000 else { return 1_000_000_000 }
    return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
  }

  // MARK: Headers

  static func headerList(_ request: HTTPRequest) throws -> UnsafeMutablePointer<curl_slist>? {
    // Without this libcurl may wait for a "100 Continue" before it sends a body.
    var list = ccurl_list_adding(nil, "Expect:")
    for (name, value) in request.headers {
      list = ccurl_list_adding(list, value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    return list
  }

  /// A line break in a header would be a header of the caller's making; zero bytes would cut what follows.
  private static func check(_ request: HTTPRequest) throws {
    let lines = request.headers.flatMap { [$0.name, $0.value] } + [request.url, request.method]
    guard lines.allSatisfy({ $0.utf8.allSatisfy { $0 >= 32 && $0 != 127 } }) else {
      throw HTTPFailure(.badRequest, "control characters in the URL or a header", mayHaveReachedServer: false)
    }
  }
}
