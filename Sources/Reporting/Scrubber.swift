import Outside

/// Takes secrets out of text that others wrote: logs, last words, answers. By value where they are known, by their looks where not.
package struct Scrubber: Sendable {
  package static let mask = Secret("").description
  private static let prefixes = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "rpa_", "eyJ"]
  /// What a secret follows, in lower case: schemes of an Authorization header, names of fields and variables.
  private static let announcers = [
    "bearer", "remoteauth", "token", "encoded_jit_config", "jitconfig", "password", "secret",
  ]

  private let secrets: [String]

  /// - Parameter secrets: Values that must not appear, however they look.
  package init(_ secrets: [Secret] = []) {
    self.secrets = secrets.map(\.exposed).filter { $0.utf8.count >= 4 }
  }

  package func callAsFunction(_ text: String) -> String {
    var text = text
    for secret in secrets where text.bytes.contains(secret) {
      text = text.bytes.replacing(secret, with: Self.mask)
    }
    var result = ""
    var rest = text[...]
    var previous = ""
    while let start = rest.unicodeScalars.firstIndex(where: Self.isOfWord) {
      let end = rest.unicodeScalars[start...].firstIndex { !Self.isOfWord($0) } ?? rest.endIndex
      let word = rest[start..<end]
      result += rest[..<start]
      result += Self.isSecret(word, after: previous) ? Self.mask : Self.withoutSegments(word)
      previous = word.bytes.lowercased
      rest = rest[end...]
    }
    return result + rest
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "+", "/": true
    default: false
    }
  }

  /// Whether a word begins as tokens of GitHub and RunPod do.
  private static func isToken(_ word: Substring) -> Bool {
    prefixes.contains { word.utf8.starts(with: $0.utf8) && word.utf8.count >= $0.utf8.count + 10 }
  }

  /// Whether a text holds what looks like a token of GitHub's or RunPod's.
  package static func holdsToken(_ text: String) -> Bool {
    text.unicodeScalars.split { !isOfWord($0) }.contains { word in
      word.split(separator: "/").contains { isToken(Substring($0)) }
    }
  }

  private static func isSecret(_ word: Substring, after previous: String) -> Bool {
    if announcers.contains(where: previous.bytes.hasSuffix), word.utf8.count >= 8, word.utf8.contains(where: \.isDigit)
    {
      return true
    }
    if isToken(word) { return true }
    // GitHub's tokens for runners.
    let isCode = word.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    if isCode, (25...40).contains(word.utf8.count), word.utf8.contains(where: \.isDigit) { return true }
    // Base64 without an end: keys, certificates, whole configurations. A path of that length has one of these.
    return word.utf8.count >= 200 && !word.bytes.contains("_") && !word.bytes.contains("-")
      && !word.bytes.contains("//")
  }

  /// The pieces of a path are looked at each for itself.
  private static func withoutSegments(_ word: Substring) -> String {
    word.bytes.split("/", keepsEmpty: true).map { segment in
      let isLong = segment.utf8.count >= 60 && !segment.utf8.allSatisfy(\.isHexDigit)
      let isMixed = segment.utf8.contains(where: \.isDigit) && segment.utf8.contains { 0x41...0x5A ~= $0 }
      return isLong && isMixed ? mask : String(segment)
    }.joined(separator: "/")
  }
}
