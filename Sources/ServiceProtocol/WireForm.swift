import FoundationEssentials
package import JSON

/// How values of Swift look on the wire: times are ISO 8601 UTC to the second.
package enum WireForm {
  package static func encode(_ value: some Encodable) throws -> JSONValue {
    try JSONValueEncoder { value in
      (value as? Date).map { .string($0.formatted(.iso8601)) }
    }.encode(value)
  }

  /// - Throws: `DecodingError`; values that were validated by their schema do not.
  package static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
    try JSONValueDecoder { type, value in
      guard type is Date.Type else { return nil }
      guard let date = value.stringValue.flatMap(time) else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "expected an ISO 8601 time"))
      }
      return date
    }.decode(type, from: value)
  }

  /// The time that an ISO 8601 text names, with or without fractions of a second.
  static func time(_ text: String) -> Date? {
    (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: .iso8601.time(includingFractionalSeconds: true)))
  }
}
