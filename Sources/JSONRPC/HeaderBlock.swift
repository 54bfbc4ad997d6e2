import Outside

/// The headers before one message, as far as they have been read. Works on bytes: a header comes with every message,
/// and as a `String` it would cost more than all the rest of the message.
struct HeaderBlock {
  private(set) var length: Int?
  private(set) var fault: FrameFault?
  private(set) var isEmpty = true

  /// Takes one line without its line break.
  mutating func add(_ line: Slice<UnsafeBufferPointer<UInt8>>) {
    if line.first == UInt8(ascii: "#") { return }
    isEmpty = false
    let isText = line.first == UInt8(ascii: "{") || line.first == UInt8(ascii: "[")
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      note(isText ? .wrongFraming : .badHeader("no colon in a header line"))
      return
    }
    let name = trimmed(line[..<colon])
    let value = trimmed(line[(colon + 1)...])
    if isContentLength(name) {
      addLength(value)
    } else if name.count == 12, ends(name, with: "content-type") {
      addType(String(decoding: value, as: UTF8.self).bytes.lowercased)
    } else if isText {
      note(.wrongFraming)
    }
  }

  /// Also after the rest of a message whose length was given one byte off, on either side.
  private func isContentLength(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard ends(name, with: "ontent-length") else { return false }
    let before = name.dropLast(13)
    guard let first = before.last else { return true }
    guard first | 0x20 == UInt8(ascii: "c") else { return false }
    guard let garbage = before.dropLast().last else { return true }
    switch garbage {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), 0x80...:
      return false
    default: return true
    }
  }

  private mutating func addLength(_ value: Slice<UnsafeBufferPointer<UInt8>>) {
    let areDigits = value.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    let parsed = areDigits && value.count <= 18 ? value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : 0
    guard parsed > 0 else { return note(.badHeader("Content-Length must be a positive decimal number")) }
    if let length, length != parsed { return note(.badHeader("two different values of Content-Length")) }
    length = parsed
  }

  private mutating func addType(_ value: String) {
    guard let range = value.bytes.split(";").first(where: { $0.bytes.contains("charset=") }) else { return }
    let charset =
      range.bytes.split("=").last.map {
        String(decoding: $0.utf8.filter { $0 != UInt8(ascii: "\"") && !$0.isBlank }, as: UTF8.self)
      } ?? ""
    if charset != "utf-8" && charset != "utf8" { note(.unsupportedCharset(charset)) }
  }

  mutating func note(_ fault: FrameFault) {
    isEmpty = false
    if self.fault == nil { self.fault = fault }
  }

  private func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var bytes = bytes
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes = bytes.dropFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
    return bytes
  }

  /// Whether `name` ends with a text in lower case, itself in any case.
  private func ends(_ name: Slice<UnsafeBufferPointer<UInt8>>, with text: StaticString) -> Bool {
    guard name.count >= text.utf8CodeUnitCount else { return false }
    var index = name.endIndex - text.utf8CodeUnitCount
    for expected in UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) {
      guard name[index] == expected || (name[index] | 0x20 == expected && expected >= UInt8(ascii: "a")) else {
        return false
      }
      index += 1
    }
    return true
  }
}
