import JSON

/// Where a value stands in a JSON text with comments, and where the members of an object do.
struct JSONNode: Sendable {
  struct Member: Sendable {
    let name: String
    /// Where its name begins.
    let start: Int
    let value: JSONNode
  }

  let range: Range<Int>
  /// nil for what is no object.
  let members: [Member]?

  static func parse(_ bytes: [UInt8]) throws(SetupFault) -> JSONNode {
    var scanner = Scanner(bytes: bytes)
    scanner.skipBlanks()
    let node = try scanner.value(depth: 0)
    scanner.skipBlanks()
    guard scanner.position == bytes.count else { throw scanner.fault("unexpected text after the value") }
    return node
  }

  /// Whether there is no value, only blanks and comments.
  static func isBlank(_ bytes: [UInt8]) -> Bool {
    var scanner = Scanner(bytes: bytes)
    scanner.skipBlanks()
    return scanner.position == bytes.count
  }

  /// The comma that follows after blanks and comments; nil when something else does.
  static func comma(after position: Int, in bytes: [UInt8]) -> Int? {
    var scanner = Scanner(bytes: bytes, position: position)
    scanner.skipBlanks()
    return scanner.current == UInt8(ascii: ",") ? scanner.position : nil
  }

  /// What the line of this position is indented by.
  static func indent(before position: Int, in bytes: [UInt8]) -> [UInt8] {
    let start = bytes[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Array(bytes[start..<position].prefix(while: \.isSpace))
  }

  /// The same; nil when the position is not the first on its line.
  static func ownIndent(of position: Int, in bytes: [UInt8]) -> [UInt8]? {
    let indent = indent(before: position, in: bytes)
    let start = position - indent.count
    return start == 0 || bytes[start - 1] == UInt8(ascii: "\n") ? indent : nil
  }

  /// nil for what is no plain JSON, a value with comments in it, say.
  func value(in bytes: [UInt8]) -> JSONValue? {
    if let members {
      var object = JSONObject()
      for member in members { object[member.name] = member.value.value(in: bytes) }
      return .object(object)
    }
    return try? JSONValue(parsing: Array(bytes[range]))
  }
}

private struct Scanner {
  private static let depthLimit = 128

  let bytes: [UInt8]
  var position = 0

  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }
  private var next: UInt8 { position + 1 < bytes.count ? bytes[position + 1] : 0 }

  func fault(_ message: String) -> SetupFault {
    let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    return SetupFault("line \(line): \(position < bytes.count ? message : "unexpected end of text")")
  }

  mutating func skipBlanks() {
    if position == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while position < bytes.count {
      if bytes[position].isSpace || bytes[position].isBreak {
        position += 1
      } else if current == UInt8(ascii: "/"), next == UInt8(ascii: "/") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      } else if current == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        position += 2
        while position < bytes.count, !(current == UInt8(ascii: "*") && next == UInt8(ascii: "/")) { position += 1 }
        position = min(position + 2, bytes.count)
      } else {
        return
      }
    }
  }

  mutating func value(depth: Int) throws(SetupFault) -> JSONNode {
    guard depth < Scanner.depthLimit else { throw fault("nested too deeply") }
    let start = position
    switch current {
    case UInt8(ascii: "{"):
      let members = try object(depth: depth)
      return JSONNode(range: start..<position, members: members)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""): try string()
    default:
      while position < bytes.count, !bytes[position].endsScalar { position += 1 }
      guard (try? JSONValue(parsing: Array(bytes[start..<position]))) != nil else {
        position = start
        throw fault("expected a value")
      }
    }
    return JSONNode(range: start..<position, members: nil)
  }

  private mutating func object(depth: Int) throws(SetupFault) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    position += 1
    while true {
      skipBlanks()
      if current == UInt8(ascii: "}") {
        position += 1
        return members
      }
      let start = position
      try string()
      guard let name = (try? JSONValue(parsing: Array(bytes[start..<position])))?.stringValue else {
        throw fault("expected a member name")
      }
      skipBlanks()
      guard current == UInt8(ascii: ":") else { throw fault("expected a colon") }
      position += 1
      skipBlanks()
      members.append(.init(name: name, start: start, value: try value(depth: depth + 1)))
      try separator(before: UInt8(ascii: "}"))
    }
  }

  private mutating func array(depth: Int) throws(SetupFault) {
    position += 1
    while true {
      skipBlanks()
      if current == UInt8(ascii: "]") {
        position += 1
        return
      }
      _ = try value(depth: depth + 1)
      try separator(before: UInt8(ascii: "]"))
    }
  }

  private mutating func separator(before end: UInt8) throws(SetupFault) {
    skipBlanks()
    if current == UInt8(ascii: ",") {
      position += 1
    } else if current != end {
      throw fault("expected a comma or the end")
    }
  }

  private mutating func string() throws(SetupFault) {
    guard current == UInt8(ascii: "\"") else { throw fault("expected a text in quotes") }
    position += 1
    while position < bytes.count, current != UInt8(ascii: "\"") {
      position += current == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else { throw fault("") }
    position += 1
  }
}

extension UInt8 {
  fileprivate var endsScalar: Bool {
    isSpace || isBreak || [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "/")].contains(self)
  }
}
