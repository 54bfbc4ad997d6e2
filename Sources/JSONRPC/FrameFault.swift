import JSON

/// Why bytes on the wire are not a message. The reader has already found its way to where the next one may begin.
package enum FrameFault: Error, Sendable, Hashable {
  /// Bytes that fit neither framing, or the one that was not latched.
  case wrongFraming
  case badHeader(String)
  case unsupportedCharset(String)
  /// More bytes than a message may have.
  case oversize(limit: Int)

  package var error: ErrorObject {
    switch self {
    case .wrongFraming:
      ErrorObject(
        .parseError,
        "These bytes are not a message.",
        data: ["hint": "Send Content-Length headers before each message, or one JSON text a line; not both."]
      )
    case .badHeader(let reason): ErrorObject(.parseError, "Bad header: \(reason).")
    case .unsupportedCharset(let name): ErrorObject(.parseError, "The charset \(name) is not supported; send UTF-8.")
    case .oversize(let limit):
      ErrorObject(
        .invalidRequest,
        "A message has at most \(limit) bytes.",
        data: ["limit": .integer(limit)]
      )
    }
  }
}
