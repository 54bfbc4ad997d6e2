/// How messages are told apart on the wire.
package enum Framing: String, Sendable, CaseIterable {
  /// `Content-Length` headers, as in the Language Server Protocol.
  case headers
  /// One JSON text a line.
  case lines

  /// The frame of one message.
  package func frame(_ message: [UInt8]) -> [UInt8] {
    switch self {
    case .lines: message + [0x0A]
    case .headers: Array("Content-Length: \(message.count)\r\n\r\n".utf8) + message
    }
  }
}
