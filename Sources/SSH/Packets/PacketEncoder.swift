/// Writes what SSH's protocols consist of (RFC 4251, section 5): numbers are big-endian, strings have their length before
/// them, and so has each packet.
struct PacketEncoder {
  /// The length first, which is known at the end.
  private var bytes: [UInt8] = [0, 0, 0, 0]

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func number(_ value: UInt32) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }

  mutating func longNumber(_ value: UInt64) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }

  mutating func string(_ text: String) { string(Array(text.utf8)) }

  mutating func string(_ content: [UInt8]) {
    number(UInt32(content.count))
    bytes += content
  }

  consuming func packet() -> [UInt8] {
    let length = UInt32(bytes.count - 4)
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, as: UInt32.self) }
    return bytes
  }
}
