import FoundationEssentials
import ServiceProtocol

/// Bytes of a command as text on the wire: UTF-8 with replacement characters for what is none, or base64.
struct OutputCoding: Sendable {
  private let encoding: SSHExec.Encoding

  init(_ encoding: SSHExec.Encoding) { self.encoding = encoding }

  /// - Parameter member: Which of the params the text is.
  /// - Throws: `InvalidParams` for text that is not base64 when it ought to be.
  func bytes(of text: String, member: String) throws -> [UInt8] {
    switch encoding {
    case .utf8: return Array(text.utf8)
    case .base64:
      guard let data = Data(base64Encoded: text) else { throw InvalidParams(path: member, expected: "base64") }
      return Array(data)
    }
  }

  func text(of bytes: [UInt8]) -> String {
    switch encoding {
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .base64: Data(bytes).base64EncodedString()
    }
  }

  /// How many of the first bytes can be told now: a character that has not wholly come is kept back.
  func wholeCount(_ bytes: [UInt8]) -> Int {
    guard encoding == .utf8 else { return bytes.count }
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      guard byte & 0xC0 != 0x80 else { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? bytes.count - back : bytes.count
    }
    return bytes.count
  }
}
