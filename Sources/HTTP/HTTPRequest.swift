/// A request as it goes out. Its description leaves out what may be secret: headers, body and the URL's query.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]?
  /// From the first attempt to connect until the last byte of the answer.
  package var timeout: Duration

  package init(
    method: String = "GET",
    url: String,
    headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil,
    timeout: Duration = .seconds(30)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }

  /// The URL without its query and user, which may hold a key.
  package var safeURL: String {
    let bare = url.prefix { $0 != "?" && $0 != "#" }
    guard let at = bare.lastIndex(of: "@") else { return String(bare) }
    let scheme = bare.hasPrefix("https://") ? "https://" : "http://"
    return scheme + bare[bare.index(after: at)...]
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(method) \(safeURL)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
