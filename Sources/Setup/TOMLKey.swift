import Outside

/// Names in a TOML file: `a.b`, `"a"."b"`.
enum TOMLKey {
  /// The path of `[a.b]`; nil for what is no header of a table.
  static func header(_ line: String) -> [ByteText]? {
    var rest = Substring(line).utf8.drop { $0.isSpace }
    guard rest.first == UInt8(ascii: "[") else { return nil }
    rest = rest.dropFirst()
    // An array of tables is another table; nothing of ours is one.
    if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst() }
    guard let found = path(rest), found.end.first == UInt8(ascii: "]") else { return nil }
    return found.path
  }

  /// The name of a member; nil for a line that begins none.
  static func name(_ line: String) -> [ByteText]? {
    guard let found = path(Substring(line).utf8), found.end.first == UInt8(ascii: "=") else { return nil }
    return found.path
  }

  private static func path(_ text: Substring.UTF8View) -> (path: [ByteText], end: Substring.UTF8View)? {
    var rest = text
    var path: [ByteText] = []
    while true {
      rest = rest.drop { $0.isSpace }
      guard let first = rest.first else { return nil }
      if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
        let inner = rest.dropFirst()
        guard let end = inner.firstIndex(of: first) else { return nil }
        path.append(String(decoding: inner[..<end], as: UTF8.self).bytes)
        rest = inner[inner.index(after: end)...]
      } else {
        let bare = rest.prefix { $0.isBare }
        guard !bare.isEmpty else { return nil }
        path.append(String(decoding: bare, as: UTF8.self).bytes)
        rest = rest.dropFirst(bare.count)
      }
      rest = rest.drop { $0.isSpace }
      guard rest.first == UInt8(ascii: ".") else { return (path, rest) }
      rest = rest.dropFirst()
    }
  }
}

/// Whether a value goes on after the end of a line: a text in three quotes, or a list.
struct TOMLValueState {
  private var quotes: [UInt8]?
  private var depth = 0

  var isOpen: Bool { quotes != nil || depth > 0 }

  mutating func take(_ line: String) {
    let bytes = Array(line.utf8)
    var index = 0
    while index < bytes.count {
      let rest = bytes[index...]
      if let end = quotes {
        if end[0] == UInt8(ascii: "\""), bytes[index] == UInt8(ascii: "\\") {
          index += 2
        } else if rest.starts(with: end) {
          quotes = nil
          index += end.count
        } else {
          index += 1
        }
        continue
      }
      switch bytes[index] {
      case UInt8(ascii: "#"): return
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let long = [UInt8](repeating: bytes[index], count: 3)
        quotes = rest.starts(with: long) ? long : [bytes[index]]
        index += quotes?.count ?? 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        index += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth = max(0, depth - 1)
        index += 1
      default: index += 1
      }
    }
    // A text in single quotes ends with its line, also where its quote is missing.
    if quotes?.count == 1 { quotes = nil }
  }
}

extension UInt8 {
  fileprivate var isBare: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
