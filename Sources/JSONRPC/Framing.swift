import JSON

/// How messages are told apart on the wire.
package enum Framing: String, Sendable, CaseIterable {
  /// `Content-Length` headers, as in the Language Server Protocol.
  case headers
  /// One JSON text a line.
  case lines

  /// Appends the frame of one message.
  func frame(_ message: [UInt8], into bytes: inout [UInt8]) {
    switch self {
    case .lines:
      bytes += message
      bytes.append(0x0A)
    case .headers:
      bytes.append(text: "Content-Length: ")
      JSONValue.write(integer: message.count, into: &bytes)
      bytes.append(text: "\r\n\r\n")
      bytes += message
    }
  }

  package func frame(_ message: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    self.frame(message, into: &frame)
    return frame
  }
}
