import Outside

/// The header lines of an answer; of the last one, when others (a redirect, a 100) came before.
struct ResponseHead {
  private(set) var headers: [(name: String, value: String)] = []

  mutating func take(_ line: String) {
    if line.bytes.hasPrefix("HTTP/") { headers = [] }
    let parts = line.bytes.split(":", most: 1, keepsEmpty: true)
    guard parts.count == 2, !parts[0].isEmpty, !line.bytes.hasPrefix("HTTP/") else { return }
    headers.append((String(parts[0]), String(parts[1].bytes.trimmed)))
  }
}
