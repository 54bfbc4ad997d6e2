import Glibc
import Subprocess

/// Cuts a stream of bytes into packets.
struct PacketCutter: Sendable {
  private let limit: Int
  private var bytes: ArraySlice<UInt8> = []

  /// - Parameter limit: The most bytes that a packet has.
  init(limit: Int) { self.limit = limit }

  mutating func append(_ more: [UInt8]) {
    if bytes.isEmpty { bytes = more[...] } else { bytes += more }
  }

  /// The next whole packet without its length, nil until there is one.
  ///
  /// - Throws: `SystemError` with `EBADMSG` for what is no packet.
  mutating func next() throws -> ArraySlice<UInt8>? {
    var decoder = PacketDecoder(bytes.prefix(4))
    guard let count = decoder.number() else { return nil }
    guard count <= limit else { throw SystemError("read", code: EBADMSG) }
    guard bytes.count >= 4 + Int(count) else { return nil }
    let packet = bytes.dropFirst(4).prefix(Int(count))
    bytes = bytes.dropFirst(4 + Int(count))
    return packet
  }
}
