/// Public SSH keys as RunPod keeps them and as `PUBLIC_KEY` takes them: one a line.
package enum PublicKeyLines {
  /// The keys of a text, without empty lines and blanks around.
  package static func split(_ text: String) -> [String] {
    text.utf8.split { $0 == 10 || $0 == 13 }
      .map { line in
        line.split { $0 == 9 || $0 == 32 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
      }
      .filter { !$0.isEmpty }
  }

  /// All of them, each once, in the order in which they come.
  package static func joined(_ keys: [String]) -> String {
    var seen: Set<String> = []
    return keys.flatMap(split).filter { seen.insert($0).inserted }.joined(separator: "\n")
  }
}
