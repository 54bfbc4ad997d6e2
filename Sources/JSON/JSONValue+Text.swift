extension JSONValue {
  /// Reads exactly one JSON text.
  ///
  /// - Parameters:
  ///   - bytes: The text; blanks around it are allowed, anything else is not.
  ///   - depthLimit: How deep arrays and objects may nest.
  package init(parsing bytes: Span<UInt8>, depthLimit: Int = 128) throws(JSONParseError) {
    var value = JSONValue.null
    try JSONParser.parse(bytes, depthLimit: depthLimit) { (parser) throws(JSONParseError) in
      value = try parser.parseValue()
    }
    self = value
  }

  package init(parsing bytes: [UInt8], depthLimit: Int = 128) throws(JSONParseError) {
    self = try JSONValue(parsing: bytes.span, depthLimit: depthLimit)
  }

  package init(parsing text: String, depthLimit: Int = 128) throws(JSONParseError) {
    self = try JSONValue(parsing: Array(text.utf8), depthLimit: depthLimit)
  }

  /// The value as one line of UTF-8.
  package func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }

  /// The value as one line of text.
  package var text: String { String(decoding: serialized(), as: UTF8.self) }
}
