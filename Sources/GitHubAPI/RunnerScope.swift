import Outside
import Reporting

/// What a runner is registered for: a repository, an organisation or an enterprise.
package struct RunnerScope: Codable, Sendable, Hashable {
  /// As `config.sh --url` takes it: "https://github.com/owner/repo".
  package let webURL: String
  /// The prefix of its API paths: "/repos/owner/repo".
  package let apiPath: String
  /// "owner/repo".
  package let displayName: String
  /// "github.com", with a port if the URL has one.
  package let host: String

  /// - Parameter repoUrl: `https://HOST/owner/repo`, `https://HOST/organisation` or `https://HOST/enterprises/NAME`; a
  ///   final `.git` or `/` does not matter.
  /// - Throws: `Failure(.configurationInvalid)`.
  package init(repoUrl: String) throws {
    var text = repoUrl[...]
    while let shorter = text.bytes.before(suffix: "/") { text = shorter }
    text = text.bytes.before(suffix: ".git") ?? text
    guard let scheme = ["https://", "http://"].first(where: text.bytes.lowercased.bytes.hasPrefix) else {
      throw Self.invalid(repoUrl, "it must begin with https://")
    }
    let path = Substring(text.utf8.dropFirst(scheme.utf8.count))
    let parts = path.bytes.split("/", keepsEmpty: true).map(String.init)
    guard let host = parts.first, Self.isHost(host) else { throw Self.invalid(repoUrl, "it has no host") }
    let names = parts.dropFirst()
    guard names.allSatisfy(Self.isName) else { throw Self.invalid(repoUrl, "a part of its path is no name") }
    switch (names.count, names.first) {
    case (2, "enterprises"?), (2, "orgs"?): apiPath = "/" + names.joined(separator: "/")
    case (2, _): apiPath = "/repos/" + names.joined(separator: "/")
    case (1, let organisation?): apiPath = "/orgs/" + organisation
    default: throw Self.invalid(repoUrl, "its path must be an owner and a repository, or an organisation")
    }
    // The organisation's page has "/orgs" in its URL, what runners register for has not.
    let registered = names.count == 2 && names.first == "orgs" ? names.dropFirst() : names
    displayName = registered.joined(separator: "/")
    self.host = host.bytes.lowercased
    webURL = "\(scheme)\(host)/\(displayName)"
  }

  /// Whether runners can be put into groups there.
  package var hasGroups: Bool { !apiPath.bytes.hasPrefix("/repos/") }

  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        isAlphanumeric($0) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":")].contains($0)
      }
  }

  private static func isName(_ text: String) -> Bool {
    !["", ".", ".."].contains(text)
      && text.utf8.allSatisfy {
        isAlphanumeric($0) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0)
      }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  private static func invalid(_ url: String, _ reason: String) -> Failure {
    // A URL with "@" may hold a token.
    let shown = url.bytes.contains("@") ? "The repository URL" : "\"\(url)\""
    return Failure(
      .configurationInvalid,
      "\(shown) is not the URL of a repository, an organisation or an enterprise: \(reason).",
      hint: "Give it as https://github.com/OWNER/REPOSITORY."
    )
  }
}
