/// Through our own coders a `JSONValue` member passes as it is; any other coder is refused rather than half served.
extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    self = try decoder.singleValueContainer().decode(JSONValue.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(self)
  }
}
