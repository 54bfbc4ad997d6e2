import Outside

/// The strict parser: RFC 8259 and nothing beside it. A duplicate member and half a surrogate pair, which the RFC's grammar
/// allows, are faults as well, since two readers of one message must not disagree. Parsing goes on after these two, so that
/// the id of the request that they are in can still be read.
///
/// Whoever knows what a text holds can go through its members and elements and make values of some only.
package struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthLimit: Int
  private var position = 0
  private var depth = 0
  /// The first fault that parsing has gone on after.
  private var blemish: JSONParseError?

  private init(_ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  /// Reads exactly one JSON text.
  ///
  /// - Parameters:
  ///   - bytes: The text; blanks around it are allowed, anything else is not.
  ///   - depthLimit: How deep arrays and objects may nest.
  ///   - value: Reads its one value, all of it.
  package static func parse(
    _ bytes: Span<UInt8>,
    depthLimit: Int = 128,
    _ value: (inout JSONParser) throws(JSONParseError) -> Void
  ) throws(JSONParseError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      var parser = JSONParser(buffer, depthLimit: depthLimit)
      parser.skipBlanks()
      try value(&parser)
      parser.skipBlanks()
      guard parser.position == buffer.count else { throw parser.fault("unexpected text after the value") }
      if let blemish = parser.blemish { throw blemish }
    }
  }

  private func fault(_ message: String) -> JSONParseError {
    JSONParseError(message: position < bytes.count ? message : "unexpected end of text", offset: position)
  }

  /// Whether a fault that the grammar allows was noted and not taken since.
  package var hasBlemish: Bool { blemish != nil }

  /// Notes a fault that the grammar allows.
  package mutating func note(_ fault: JSONParseError) { blemish = blemish ?? fault }

  /// The first fault since the last call that the grammar allows. Whoever takes it answers for it.
  package mutating func takeBlemish() -> JSONParseError? {
    defer { blemish = nil }
    return blemish
  }

  /// The byte that comes next, 0 at the end: tells what the next value is.
  package var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  package mutating func parseValue() throws(JSONParseError) -> JSONValue {
    switch current {
    case UInt8(ascii: "{"): return try parseObject()
    case UInt8(ascii: "["): return try parseArray()
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw fault("expected a value")
    }
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard current == word.utf8Start[index] else { throw fault("expected \(word)") }
      position += 1
    }
    return value
  }

  private mutating func descend() throws(JSONParseError) {
    depth += 1
    guard depth <= depthLimit else { throw fault("nested deeper than \(depthLimit) levels") }
    position += 1
    skipBlanks()
  }

  /// After an element: true when another follows, false at `end`, which is consumed.
  private mutating func another(before end: UInt8) throws(JSONParseError) -> Bool {
    skipBlanks()
    guard current == UInt8(ascii: ",") || current == end else { throw fault("expected a comma or the end") }
    let more = current == UInt8(ascii: ",")
    position += 1
    if more { skipBlanks() } else { depth -= 1 }
    return more
  }

  private mutating func parseArray() throws(JSONParseError) -> JSONValue {
    var elements: [JSONValue] = []
    try parseElements { (parser) throws(JSONParseError) in elements.append(try parser.parseValue()) }
    return .array(elements)
  }

  private mutating func parseObject() throws(JSONParseError) -> JSONValue {
    var members: [JSONObject.Member] = []
    var seen = SeenNames()
    try parseAll(before: UInt8(ascii: "}")) { (parser) throws(JSONParseError) in
      try parser.expectName()
      let start = parser.position
      let key = try parser.parseString()
      guard seen.insert(key, written: parser.bytes[start..<parser.position], into: members) else {
        parser.note(.duplicate(key, at: start))
        _ = try parser.parseMemberValue()
        return
      }
      if members.isEmpty { members.reserveCapacity(4) }
      members.append((key, try parser.parseMemberValue()))
    }
    return .object(JSONObject(members))
  }

  /// Goes through the array that comes next; `element` reads one of its values.
  package mutating func parseElements(
    _ element: (inout JSONParser) throws(JSONParseError) -> Void
  ) throws(JSONParseError) {
    try parseAll(before: UInt8(ascii: "]"), element)
  }

  /// Goes through the object that comes next; `member` reads the value that belongs to a name, and says what is a fault
  /// about the name, a second time that it comes above all.
  package mutating func parseMembers(
    _ member: (inout JSONParser, JSONMemberName) throws(JSONParseError) -> Void
  ) throws(JSONParseError) {
    try parseAll(before: UInt8(ascii: "}")) { (parser) throws(JSONParseError) in
      try member(&parser, try parser.parseName())
    }
  }

  /// What follows a name: the colon and the value.
  package mutating func parseMemberValue() throws(JSONParseError) -> JSONValue {
    skipBlanks()
    guard current == UInt8(ascii: ":") else { throw fault("expected a colon") }
    position += 1
    skipBlanks()
    return try parseValue()
  }

  @inline(__always)
  private mutating func parseAll(
    before end: UInt8,
    _ one: (inout JSONParser) throws(JSONParseError) -> Void
  ) throws(JSONParseError) {
    try descend()
    if current == end {
      position += 1
      depth -= 1
      return
    }
    repeat { try one(&self) } while try another(before: end)
  }

  private func expectName() throws(JSONParseError) {
    guard current == UInt8(ascii: "\"") else { throw fault("expected a member name") }
  }

  private mutating func parseName() throws(JSONParseError) -> JSONMemberName {
    try expectName()
    let start = position
    position += 1
    let isPlain = try skipPlain() && current == UInt8(ascii: "\"")
    if isPlain {
      position += 1
    } else {
      position = start
      _ = try parseString()
    }
    let written = UnsafeBufferPointer(rebasing: bytes[start..<position])
    return JSONMemberName(offset: start, written: written, isPlain: isPlain)
  }

  private mutating func parseNumber() throws(JSONParseError) -> JSONValue {
    let start = position
    var isCanonical = true
    if current == UInt8(ascii: "-") { position += 1 }
    let firstDigit = position
    try skipDigits()
    if bytes[firstDigit] == UInt8(ascii: "0") {
      guard position == firstDigit + 1 else { throw JSONParseError(message: "a leading zero", offset: firstDigit) }
      isCanonical = firstDigit == start
    }
    if current == UInt8(ascii: ".") {
      isCanonical = false
      position += 1
      try skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isCanonical = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    if isCanonical, position - firstDigit <= 18 {
      var value = 0
      for index in firstDigit..<position { value = value &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0")) }
      return .integer(firstDigit > start ? -value : value)
    }
    let text = try text(start..<position, isASCII: true)
    if isCanonical, let value = Int(text) { return .integer(value) }
    return .number(JSONNumber(text: text))
  }

  private mutating func skipDigits() throws(JSONParseError) {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    guard position > start else { throw fault("expected a digit") }
  }

  /// A part of the text that begins and ends between characters.
  private func text(_ range: Range<Int>, isASCII: Bool) throws(JSONParseError) -> String {
    let part = UnsafeBufferPointer(rebasing: bytes[range]).span
    // Says that it is ASCII, as `String(decoding:)` would only find out by going through it again.
    if isASCII { return String(copying: UTF8Span(unchecked: part, isKnownASCII: true)) }
    do {
      return String(copying: try UTF8Span(validating: part))
    } catch {
      throw JSONParseError(message: "invalid UTF-8", offset: range.lowerBound + error.byteOffsets.lowerBound)
    }
  }

  private mutating func parseString() throws(JSONParseError) -> String {
    position += 1
    let start = position
    var isASCII = try skipPlain()
    if current == UInt8(ascii: "\"") {
      position += 1
      return try text(start..<position - 1, isASCII: isASCII)
    }
    var utf8: [UInt8] = []
    var plain = start
    while true {
      utf8.append(contentsOf: bytes[plain..<position])
      if current == UInt8(ascii: "\"") { break }
      position += 1
      try parseEscape(into: &utf8)
      plain = position
      isASCII = try skipPlain() && isASCII
    }
    // Only for its fault: the escapes between the characters are ASCII.
    if !isASCII { _ = try text(start..<position, isASCII: false) }
    position += 1
    return String(decoding: utf8, as: UTF8.self)
  }

  /// Goes to the quote or the backslash after some plain characters; true when all of these are ASCII.
  private mutating func skipPlain() throws(JSONParseError) -> Bool {
    let (end, isASCII) = bytes.endOfPlain(from: position)
    position = end
    guard end < bytes.count else { throw fault("unterminated string") }
    guard bytes[end] >= 0x20 else { throw fault("a control character in a string") }
    return isASCII
  }

  private mutating func parseEscape(into utf8: inout [UInt8]) throws(JSONParseError) {
    let escaped: UInt8
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escaped = current
    case UInt8(ascii: "b"): escaped = 0x08
    case UInt8(ascii: "f"): escaped = 0x0C
    case UInt8(ascii: "n"): escaped = 0x0A
    case UInt8(ascii: "r"): escaped = 0x0D
    case UInt8(ascii: "t"): escaped = 0x09
    case UInt8(ascii: "u"):
      position += 1
      utf8.append(contentsOf: String(try parseUnicodeEscape()).utf8)
      return
    default: throw fault("an unknown escape")
    }
    utf8.append(escaped)
    position += 1
  }

  /// The scalar of a `\uXXXX`, or of two that are a surrogate pair; the `\u` is consumed.
  private mutating func parseUnicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
    let start = position - 2
    let first = try parseFourHexDigits()
    var code = first
    if 0xD800..<0xDC00 ~= first, current == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let between = position
      position += 2
      let second = try parseFourHexDigits()
      if 0xDC00..<0xE000 ~= second {
        code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      } else {
        // The second one is read by itself.
        position = between
      }
    }
    guard let scalar = Unicode.Scalar(code) else {
      note(JSONParseError(message: "half a surrogate pair", offset: start))
      return "\u{FFFD}"
    }
    return scalar
  }

  private mutating func parseFourHexDigits() throws(JSONParseError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard current.isHexDigit else { throw fault("expected a hex digit") }
      value = value << 4 + UInt32(current.isDigit ? current & 0xF : current & 0xF + 9)
      position += 1
    }
    return value
  }
}
