import Reporting

/// What `runner.sh` has said so far, read from its standard output as it comes. The script's head describes the lines.
struct RunnerScriptOutput: Sendable {
  enum Verdict: Sendable, Hashable {
    case done
    case failure(kind: String, text: String)
  }

  private(set) var facts: [String: String] = [:]
  private(set) var warnings: [String] = []
  private(set) var verdict: Verdict?
  private var pending: [UInt8] = []

  /// Takes in bytes, cut anywhere.
  ///
  /// - Returns: What there is to report.
  mutating func consume(_ bytes: [UInt8]) -> [Progress.Update] {
    pending += bytes
    var updates: [Progress.Update] = []
    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      if let update = read(String(decoding: pending[..<end], as: UTF8.self)) { updates.append(update) }
      pending.removeSubrange(...end)
    }
    return updates
  }

  /// A fact that was found out and is not empty.
  func fact(_ name: String) -> String? {
    facts[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private mutating func read(_ line: String) -> Progress.Update? {
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let rest = words.count == 2 ? words[1] : ""
    switch words.first {
    case "@progress":
      let parts = Self.pair(rest, at: " ")
      return Double(parts.0).map { Progress.Update(message: parts.1, fraction: min(max($0 / 100, 0), 1)) }
    case "@fact":
      let (name, value) = Self.pair(rest, at: "=")
      facts[name] = value.split(separator: " ").joined(separator: " ")
    case "@warning": warnings.append(rest)
    case "@failure":
      let (kind, text) = Self.pair(rest, at: " ")
      verdict = .failure(kind: kind, text: text)
    case "@done": verdict = .done
    default: break
    }
    return nil
  }

  private static func pair(_ text: String, at separator: Character) -> (String, String) {
    guard let index = text.firstIndex(of: separator) else { return (text, "") }
    return (String(text[..<index]), String(text[text.index(after: index)...]))
  }
}
