import Outside

/// The name under which a pod is asked for, unique so that it can be found again after an answer that was lost.
///
/// It ends in eight random characters and four that follow from the rest: whether some runpod-rpc gave a name can be told
/// without any books.
package enum PodIntent {
  /// RunPod's limit for a pod's name, in characters.
  private static let longest = 191
  private static let prefix = "runpod-rpc"
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
  private static let checkLength = 4

  /// A new name: the caller's own, or ours, and twelve characters.
  package static func unique(for name: String) -> String {
    let random = String((0..<8).map { _ in alphabet.randomElement() ?? "0" })
    let head = name.isEmpty ? prefix : name
    let stem = "\(String(head.unicodeScalars.prefix(longest - random.utf8.count - checkLength - 1)))-\(random)"
    return stem + check(stem)
  }

  /// Whether a runpod-rpc gave this name; a name of somebody else's passes once in 1.7 million.
  package static func isOurs(_ name: String) -> Bool {
    let stem = Substring(name.utf8.dropLast(checkLength))
    return stem.utf8.count > 9 && stem.utf8.dropLast(8).last == UInt8(ascii: "-")
      && name.bytes.hasSuffix(check(stem))
  }

  /// Whether this is a name for a request without one.
  static func isUnnamed(_ name: String) -> Bool { name.bytes.hasPrefix("\(prefix)-") }

  /// Four characters of FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
  private static func check(_ stem: some StringProtocol) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stem.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(
      (0..<checkLength).map { _ in
        defer { hash /= UInt64(alphabet.count) }
        return alphabet[Int(hash % UInt64(alphabet.count))]
      }
    )
  }
}
