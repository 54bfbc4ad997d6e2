import Outside
import Values

/// An answer, whatever its status.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, in any case.
  package func header(_ name: String) -> String? {
    let wanted = name.bytes.lowercased
    return headers.first { $0.name.bytes.lowercased.bytes == wanted.bytes }?.value
  }

  /// The body as text, for a person to read: at most `limit` characters, on one line. A web page is not quoted: it is of a
  /// gateway in between and says nothing about the call.
  package func excerpt(limit: Int = 200) -> String {
    if firstByte == UInt8(ascii: "<") { return "a web page of \(body.count) bytes" }
    let text = String(decoding: body.prefix(limit * 4), as: UTF8.self)
    let words = text.bytes.words.joined(separator: " ")
    let scalars = words.unicodeScalars
    return (scalars.count > limit ? String(scalars.prefix(limit)) + "…" : words).visible
  }

  private var firstByte: UInt8? { body.first { !UnicodeScalar($0).properties.isWhitespace } }

  /// What the body is that should have been JSON, for a person to read: an excerpt of text, but only the size of JSON that
  /// breaks off, which may hold a token.
  package func excerptOfPage(limit: Int) -> String {
    let isJSON = firstByte == UInt8(ascii: "{") || firstByte == UInt8(ascii: "[")
    return isJSON ? "\(body.count) bytes of JSON that breaks off" : excerpt(limit: limit)
  }

  /// How long the server asks to be left alone, from `Retry-After` in seconds.
  package var retryAfter: Duration? {
    guard let text = header("Retry-After"), let seconds = Double(text), seconds >= 0, seconds.isFinite else {
      return nil
    }
    return .limited(seconds: min(seconds, 86_400))
  }
}
