extension JSONValue {
  /// Appends the value as one line of UTF-8.
  package func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(text: "null")
    case .bool(let value): bytes.append(text: value ? "true" : "false")
    case .integer(let value): JSONValue.write(integer: value, into: &bytes)
    case .number(let value): bytes.append(contentsOf: value.text.utf8)
    case .string(let value): JSONValue.write(string: value, into: &bytes)
    case .array(let elements):
      var separator = UInt8(ascii: "[")
      for element in elements {
        bytes.append(separator)
        separator = UInt8(ascii: ",")
        element.write(into: &bytes)
      }
      if elements.isEmpty { bytes.append(separator) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      var separator = UInt8(ascii: "{")
      for member in members {
        bytes.append(separator)
        separator = UInt8(ascii: ",")
        JSONValue.write(string: member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      if members.isEmpty { bytes.append(separator) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Appends an integer's digits.
  package static func write(integer: Int, into bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
      var rest = integer.magnitude
      var first = text.count
      repeat {
        first -= 1
        text[first] = UInt8(ascii: "0") | UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if integer < 0 {
        first -= 1
        text[first] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[first...]))
    }
  }

  /// Appends a quoted string; only what must be escaped is.
  package static func write(string: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { utf8 in
      var start = 0
      while true {
        let (end, _) = utf8.endOfPlain(from: start)
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
        guard end < utf8.count else { break }
        write(escaped: utf8[end], into: &bytes)
        start = end + 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func write(escaped byte: UInt8, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x20...: bytes.append(byte)
    default:
      let digits: StaticString = "0123456789abcdef"
      bytes.append(text: "u00")
      bytes.append(digits.utf8Start[Int(byte >> 4)])
      bytes.append(digits.utf8Start[Int(byte & 15)])
    }
  }
}

extension [UInt8] {
  /// Appends a text of the program, which unlike a `String`'s needs no look at what kind of string it is.
  package mutating func append(text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
