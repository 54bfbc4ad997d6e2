import JSON

/// How messages are told apart on the wire.
package enum Framing: String, Sendable, CaseIterable {
  /// `Content-Length` headers, as in the Language Server Protocol.
  case headers
  /// One JSON text a line.
  case lines

  /// The frame of one message.
  package func frame(_ message: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    // Room for the header as well, whose number has at most 20 digits.
    frame.reserveCapacity(message.count + 40)
    switch self {
    case .lines:
      frame += message
      frame.append(0x0A)
    case .headers:
      frame.append(text: "Content-Length: ")
      JSONValue.write(integer: message.count, into: &frame)
      frame.append(text: "\r\n\r\n")
      frame += message
    }
    return frame
  }
}
