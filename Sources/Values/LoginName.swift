/// A name to log in with: ASCII letters, digits, `.`, `_`, `-`, `@` and `+`, at most 64, not beginning with `-`.
///
/// OpenSSH expands `%` and `${…}` in `User` since version 10.0 and refuses most other characters of a shell in user names
/// (`valid_ruser` in ssh.c).
package struct LoginName: CheckedValue, Codable {
  package static let noun = "a user name of letters, digits, . _ - @ and +"
  package static let root = LoginName(known: "root")

  package let rawValue: String

  private init(known: String) { rawValue = known }

  package init?(rawValue: String) {
    let bytes = rawValue.utf8
    guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
      bytes.allSatisfy({ $0.isASCIIAlphanumeric || "._-@+".utf8.contains($0) })
    else { return nil }
    self.rawValue = rawValue
  }
}

extension LoginName: CustomStringConvertible {
  package var description: String { rawValue }
}
