import Outside

/// A request as it goes out. Its description leaves out what may be secret: headers, body and the URL's query.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]?
  /// From the first attempt to connect until the last byte of the answer.
  package var timeout: Duration
  /// Whether a server may get it twice. libcurl sends a request again, on a new connection, when the one that it had kept
  /// is closed without an answer, and nobody can tell whether the server had acted on it.
  package var isRepeatable: Bool

  package init(
    method: String = "GET",
    url: String,
    headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil,
    timeout: Duration = .seconds(30),
    isRepeatable: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.isRepeatable = isRepeatable
  }

  /// The URL without its query and user, which may hold a key.
  package var safeURL: String {
    let bare = Substring(url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    guard let at = bare.utf8.lastIndex(of: UInt8(ascii: "@")) else { return String(bare) }
    let scheme = bare.bytes.hasPrefix("https://") ? "https://" : "http://"
    return scheme + bare[bare.utf8.index(after: at)...]
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(method) \(safeURL)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
