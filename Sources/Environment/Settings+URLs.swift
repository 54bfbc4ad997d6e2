import Outside
import Reporting

extension Settings {
  /// The URL of an API, which gets a key or a token with each call; nil when the setting has no value.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for what is no URL, and for one of plain HTTP to anything but this machine:
  ///   whoever is in between would read the key.
  package func url(_ setting: Setting) throws -> String? {
    guard let text = self[setting] else { return nil }
    guard let (scheme, host) = Self.parts(of: text) else {
      throw Failure(
        .configurationInvalid,
        "\(setting.variable) is \(text), which is not a URL.",
        hint: "It must begin with https://."
      )
    }
    if scheme == "https" || Self.isLoopback(host) { return text }
    throw Failure(
      .configurationInvalid,
      "\(setting.variable) is \(text): without TLS, whoever is in between would read the key.",
      hint: "Use https://; http:// is for this machine only (127.0.0.1, ::1, localhost)."
    )
  }

  /// The scheme in lower case, and the host as a client reads it: after the user's name and before the port.
  private static func parts(of url: String) -> (scheme: String, host: String)? {
    guard let mark = url.bytes.range(of: "://") else { return nil }
    let scheme = String(url[..<mark.lowerBound]).bytes.lowercased
    guard scheme == "http" || scheme == "https" else { return nil }
    let authority = url[mark.upperBound...].utf8.prefix { !"/?#".utf8.contains($0) }
    let address = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? authority
    let host =
      address.first == UInt8(ascii: "[")
      ? address.prefix { $0 != UInt8(ascii: "]") }.dropFirst() : address.prefix { $0 != UInt8(ascii: ":") }
    return host.isEmpty ? nil : (scheme, String(decoding: host, as: UTF8.self).bytes.lowercased)
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let bytes = parts.compactMap { UInt8(String(decoding: $0, as: UTF8.self)) }
    return parts.count == 4 && bytes.count == 4 && bytes[0] == 127
  }
}
