/// A name for people, in any script: one line of printable text, at most 1024 bytes of UTF-8. Names of pods, images, GPU types,
/// runners.
package struct Label: CheckedValue, Codable {
  package static let noun = "one line of printable text"

  package let rawValue: String

  package init?(rawValue: String) {
    guard (1...1024).contains(rawValue.utf8.count), !rawValue.unicodeScalars.contains(where: \.isTerminalControl) else {
      return nil
    }
    self.rawValue = rawValue
  }
}
