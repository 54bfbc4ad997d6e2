import CCurl

/// One request on its way. Belongs to the loop's thread.
final class CurlTransfer {
  let id: Int
  let easy: UnsafeMutableRawPointer
  let continuation: CurlInbox.Continuation
  private let limit: Int
  private let sink: BodySink?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var head = ResponseHead()
  private var body: [UInt8] = []
  private var isTooLarge = false

  /// - Throws: `HTTPFailure` when the request cannot be made of what was given.
  init(_ submission: CurlInbox.Submission, _ configuration: CurlTransport.Configuration) throws {
    guard let easy = ccurl_easy_new() else {
      throw HTTPFailure(.badRequest, "libcurl has no memory", mayHaveReachedServer: false)
    }
    id = submission.id
    self.easy = easy
    continuation = submission.continuation
    limit = configuration.responseLimit
    sink = submission.sink
    try CurlSetup(easy: easy, configuration: configuration).apply(submission.request, isStreamed: sink != nil)
    headerList = try CurlSetup.headerList(submission.request)
    _ = ccurl_set_headers(easy, headerList)
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = ccurl_set_sinks(
      easy,
      { bytes, _, count, context in CurlTransfer.of(context).takeBody(bytes, count) },
      { bytes, _, count, context in CurlTransfer.of(context).takeHeader(bytes, count) },
      context
    )
  }

  deinit {
    ccurl_easy_free(easy)
    ccurl_list_free(headerList)
  }

  /// What became of it, after libcurl said `code`.
  func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
    if code == CURLE_OK {
      return .success(HTTPResponse(status: ccurl_status(easy), headers: head.headers, body: body))
    }
    let message = isTooLarge ? "more than \(limit) bytes" : String(cString: ccurl_error_text(code))
    return .failure(HTTPFailure(reason(code), message, mayHaveReachedServer: ccurl_was_sent(easy)))
  }

  private func reason(_ code: CURLcode) -> HTTPFailure.Reason {
    if isTooLarge { return .tooLarge }
    return switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badRequest
    default: ccurl_was_sent(easy) ? .broken : .unreachable
    }
  }

  // MARK: Called by libcurl

  private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
    guard let context else { preconditionFailure("libcurl lost a transfer's context") }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// Returning less than was given ends the transfer.
  private func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let piece = UnsafeRawBufferPointer(start: bytes, count: count)
    if let sink, 200...299 ~= ccurl_status(easy) {
      sink(Array(piece))
      return count
    }
    guard body.count + count <= limit else {
      isTooLarge = true
      return 0
    }
    body.append(contentsOf: piece)
    return count
  }

  private func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    head.take(String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self))
    return count
  }
}
