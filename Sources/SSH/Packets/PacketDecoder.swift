/// Reads what `PacketEncoder` writes; nil for what is cut short.
struct PacketDecoder {
  private var bytes: ArraySlice<UInt8>

  /// - Parameter bytes: A packet without its length.
  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { bytes.isEmpty }

  mutating func byte() -> UInt8? { bytes.popFirst() }

  mutating func number() -> UInt32? { integer(4).map { UInt32($0) } }

  mutating func longNumber() -> UInt64? { integer(8) }

  mutating func string() -> String? { content().map { String(decoding: $0, as: UTF8.self) } }

  mutating func content() -> ArraySlice<UInt8>? {
    guard let count = number(), bytes.count >= Int(count) else { return nil }
    defer { bytes = bytes.dropFirst(Int(count)) }
    return bytes.prefix(Int(count))
  }

  private mutating func integer(_ count: Int) -> UInt64? {
    guard bytes.count >= count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
