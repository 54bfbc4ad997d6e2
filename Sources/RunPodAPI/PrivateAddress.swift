import Values

/// Addresses that lead nowhere from outside of RunPod, or to somebody else's machine.
enum PrivateAddress {
  /// Whether `host` is an IPv4 address of a private network (RFC 1918) or behind a carrier's NAT (RFC 6598: 100.64.0.0/10),
  /// which RunPod lists for ports that only its own proxy reaches.
  static func holds(_ host: HostName) -> Bool {
    let parts = host.rawValue.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let bytes = parts.compactMap { UInt8(String(decoding: $0, as: UTF8.self)) }
    guard parts.count == 4, bytes.count == 4 else { return false }
    return switch (bytes[0], bytes[1]) {
    case (10, _), (192, 168), (172, 16...31), (100, 64...127): true
    default: false
    }
  }
}
