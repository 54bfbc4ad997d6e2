/// The header lines of an answer; of the last one, when others (a redirect, a 100) came before.
struct ResponseHead {
  private(set) var headers: [(name: String, value: String)] = []

  mutating func take(_ line: String) {
    if line.hasPrefix("HTTP/") { headers = [] }
    guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line.hasPrefix("HTTP/") else { return }
    headers.append((String(line[..<colon]), Self.trimmed(line[line.index(after: colon)...])))
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
