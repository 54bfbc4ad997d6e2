/// A URL to fetch something from: `https://` or `http://`, a host, and the printable ASCII that RFC 3986 allows in the rest. No
/// user, no quotation mark, no blank, no backslash.
package struct WebLink: CheckedValue, Codable {
  package static let noun = "a URL that begins with https:// or http://"

  package let rawValue: String

  package init?(rawValue: String) {
    guard rawValue.utf8.count <= 4096,
      let scheme = ["https://", "http://"].first(where: { rawValue.utf8.starts(with: $0.utf8) }),
      rawValue.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "-._~:/?#[]@!$&()*+,;=%".utf8.contains($0) })
    else { return nil }
    let rest = rawValue.utf8.dropFirst(scheme.utf8.count)
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")) else { return nil }
    self.rawValue = rawValue
  }
}
