/// Addresses at which a machine listens, from its `/proc/net/tcp` and `tcp6` (proc_net(5)): an address is in hexadecimal, in
/// words of four bytes whose order is the machine's, which is a little-endian one.
enum ListeningPorts {
  /// - Parameters:
  ///   - table: One file after the other.
  /// - Returns: IPv4 addresses as four numbers, `::` and `::1`; other IPv6 addresses are left out.
  static func addresses(of port: Int, in table: String) -> Set<String> {
    var found: Set<String> = []
    for line in table.utf8.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard words.count > 3, words[3].utf8.elementsEqual("0A".utf8) else { continue }
      let parts = words[1].utf8.split(separator: UInt8(ascii: ":")).map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 2, Int(parts[1], radix: 16) == port, let address = address(parts[0]) else { continue }
      found.insert(address)
    }
    return found
  }

  private static func address(_ text: String) -> String? {
    switch text.utf8.count {
    case 8:
      UInt32(text, radix: 16).map { word in
        (0..<4).map { String(word >> (8 * UInt32($0)) & 0xff) }.joined(separator: ".")
      }
    case 32 where text.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }): "::"
    case 32 where text.utf8.elementsEqual("00000000000000000000000001000000".utf8): "::1"
    default: nil
    }
  }
}
