import Glibc
import Reporting
import Values

/// A secret where a path, a name or a URL should be: people put a key's text into `SSH_KEY_PATH`. It must not be repeated, in an
/// error say that it is no such path.
package enum MisplacedSecret {
  /// Whether the value of a setting that is no secret looks like one. A file that is there is a path, whatever its name.
  package static func isLikely(_ text: String) -> Bool {
    let bytes = text.utf8
    if access(text, F_OK) == 0 { return false }
    if bytes.contains(where: { $0 == 0x0a || $0 == 0x0d }) { return true }
    if Array(bytes).firstRange(of: Array("PRIVATE KEY".utf8)) != nil || Scrubber.holdsToken(text) { return true }
    return isBase64(text)
  }

  /// Long, of all kinds of characters, and without the dots and folders that make a path.
  private static func isBase64(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count >= 40, bytes.allSatisfy({ $0.isASCIIAlphanumeric || "+/=_-".utf8.contains($0) }) else {
      return false
    }
    let hasParent = bytes.lastIndex(of: UInt8(ascii: "/")).map { access(String(text[..<$0]), F_OK) == 0 } ?? false
    let isMixed =
      bytes.contains(where: \.isASCIIDigit) && bytes.contains { 0x41...0x5a ~= $0 }
      && bytes.contains { 0x61...0x7a ~= $0 }
    return !hasParent && isMixed
  }
}
