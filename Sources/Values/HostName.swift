import Glibc

/// A host to connect to: an IPv4 or IPv6 address, or a DNS name.
///
/// DNS names are those of RFC 1123, section 2.1, and underscores, which resolvers take. A last label of digits alone would be
/// read as a number by `inet_aton`, and is an address only in the form of four numbers.
package struct HostName: CheckedValue, Codable {
  package static let noun = "an IP address or a DNS name"

  package let rawValue: String

  package init?(rawValue: String) {
    guard Self.isAddress(rawValue) || Self.isName(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  private static func isAddress(_ text: String) -> Bool {
    // A zero byte would end the text for C.
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
    var address = in6_addr()
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
  }

  private static func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, !last.allSatisfy(\.isASCIIDigit) else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
  }
}

extension HostName: CustomStringConvertible {
  package var description: String { rawValue }
}
