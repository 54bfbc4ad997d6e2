import Outside

/// A member's name as it stands in the text: known ones are told by their bytes, without a `String` for each. Valid while
/// the text is parsed.
package struct JSONMemberName {
  /// Bytes of the text before it.
  package let offset: Int
  /// With its quotes.
  let written: UnsafeBufferPointer<UInt8>
  /// Whether it is ASCII without escapes.
  let isPlain: Bool

  package var text: String {
    if isPlain { return String(decoding: written.dropFirst().dropLast(), as: UTF8.self) }
    return (try? JSONValue(parsing: written.span))?.stringValue ?? ""
  }

  package static func ~= (known: StaticString, name: JSONMemberName) -> Bool {
    guard name.isPlain else { return name.text.bytes == known.description.bytes }
    let count = known.utf8CodeUnitCount
    guard name.written.count == count + 2 else { return false }
    let expected = known.utf8Start
    for index in 0..<count where name.written[index + 1] != expected[index] { return false }
    return true
  }
}
