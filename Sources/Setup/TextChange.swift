import Outside

/// What a change does to a file, line by line.
package struct TextChange {
  private let removed: [String]
  private let added: [String]

  /// - Parameter names: Variables whose values are not shown.
  package init(from before: String, to after: String, masking names: [String]) {
    let old = TextChange.lines(before)
    let new = TextChange.lines(after)
    let start = zip(old, new).prefix { $0.bytes == $1.bytes }.count
    let end = zip(old[start...].reversed(), new[start...].reversed()).prefix { $0.bytes == $1.bytes }.count
    var removed = Array(old[start..<old.count - end])
    var added = Array(new[start..<new.count - end])
    // A line that only gets or loses its comma is no change to look at, and may hold another program's secret.
    if let first = removed.first, let other = added.first, TextChange.bare(first) == TextChange.bare(other) {
      removed.removeFirst()
      added.removeFirst()
    }
    TextChange.leaveOutNeighbours(&removed, &added)
    self.removed = removed.map { TextChange.masked($0, names) }
    self.added = added.map { TextChange.masked($0, names) }
  }

  /// `- line` for what goes, `+ line` for what comes.
  package var words: String { (removed.map { "- \($0)\n" } + added.map { "+ \($0)\n" }).joined() }

  private static func lines(_ text: String) -> [String] {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func bare(_ line: String) -> [UInt8] {
    line.utf8.filter { !$0.isSpace && !$0.isBreak && $0 != UInt8(ascii: ",") }
  }

  /// Leaves out other objects on the line where the change begins and on the one where it ends: they do not change, and may
  /// hold another program's secret.
  private static func leaveOutNeighbours(_ removed: inout [String], _ added: inout [String]) {
    let braces: Set = [UInt8(ascii: "{"), UInt8(ascii: "}")]
    guard let old = removed.first?.utf8, let new = added.first?.utf8 else { return }
    let start = zip(old, new).prefix { $0 == $1 }.map(\.0)
    if let cut = start.lastIndex(where: braces.contains), cut > 0 {
      removed[0] = "…" + String(decoding: old.dropFirst(cut), as: UTF8.self)
      added[0] = "…" + String(decoding: new.dropFirst(cut), as: UTF8.self)
    }
    guard let old = removed.last?.utf8, let new = added.last?.utf8 else { return }
    let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.map(\.0)
    if let cut = end.lastIndex(where: braces.contains), cut > 0 {
      removed[removed.count - 1] = String(decoding: old.dropLast(cut), as: UTF8.self) + "…"
      added[added.count - 1] = String(decoding: new.dropLast(cut), as: UTF8.self) + "…"
    }
  }

  /// The line up to the value of such a variable.
  private static func masked(_ line: String, _ names: [String]) -> String {
    let bytes = Array(line.utf8)
    let value = names.compactMap { valueStart(of: Array($0.utf8), in: bytes) }.min()
    return value.map { String(decoding: bytes[..<$0], as: UTF8.self) + " ***" } ?? line
  }

  /// After the colon or the equals sign that follows the name.
  private static func valueStart(of name: [UInt8], in line: [UInt8]) -> Int? {
    var rest = line[...]
    while let found = rest.firstRange(of: name) {
      rest = rest[found.upperBound...]
      let next = rest.firstIndex { !$0.isSpace && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
      if let next, [UInt8(ascii: ":"), UInt8(ascii: "=")].contains(rest[next]) { return next + 1 }
      // Lisp's (setenv "NAME" "value").
      if line.starts(with: Array("(setenv ".utf8)) { return found.upperBound + 1 }
    }
    return nil
  }
}
