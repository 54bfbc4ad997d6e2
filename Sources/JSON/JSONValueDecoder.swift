/// `Decodable` values from `JSONValue`. Faults are `DecodingError`s with the path of the member.
package struct JSONValueDecoder {
  /// Takes over types that have their own form on the wire, dates say; nil leaves a type to its own `init(from:)`.
  package typealias Special = (any Decodable.Type, JSONValue) throws -> (any Decodable)?

  fileprivate let special: Special

  package init(special: @escaping Special = { _, _ in nil }) { self.special = special }

  /// - Throws: `DecodingError`.
  package func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
    try ValueDecoder(value: value, codingPath: [], options: self).decode(type)
  }
}

private struct ValueDecoder: Decoder {
  let value: JSONValue
  let codingPath: [any CodingKey]
  let options: JSONValueDecoder
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch(type, "an object") }
    return KeyedDecodingContainer(Members(decoder: self, object: object))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
    return Elements(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
    .typeMismatch(
      type,
      .init(codingPath: codingPath, debugDescription: "expected \(expected), found \(value.typeName)")
    )
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let decoded = try builtIn(type) as? Value { return decoded }
    if let decoded = try options.special(type, value) as? Value { return decoded }
    return try Value(from: self)
  }

  private func builtIn<Value: Decodable>(_ type: Value.Type) throws -> (any Decodable)? {
    switch type {
    case is JSONValue.Type: return value
    case is String.Type:
      guard let string = value.stringValue else { throw mismatch(type, "a string") }
      return string
    case is Bool.Type:
      guard let bool = value.boolValue else { throw mismatch(type, "true or false") }
      return bool
    case is Double.Type:
      guard let double = value.doubleValue, double.isFinite else { throw mismatch(type, "a number") }
      return double
    case let integer as any FixedWidthInteger.Type: return try decode(integer: integer) as? any Decodable
    default: return nil
    }
  }

  private func decode<Integer: FixedWidthInteger>(integer type: Integer.Type) throws -> Integer {
    // 5.0 and 1e2 are integers in JSON Schema's sense.
    let exact = value.intValue.flatMap { Integer(exactly: $0) } ?? value.doubleValue.flatMap { Integer(exactly: $0) }
    guard let exact else { throw mismatch(type, "an integer") }
    return exact
  }

  func nested(_ value: JSONValue, _ key: some CodingKey) -> ValueDecoder {
    ValueDecoder(value: value, codingPath: codingPath + [key], options: options)
  }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ValueDecoder
  let object: JSONObject
  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { object.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }
  func decodeNil(forKey key: Key) -> Bool { object[key.stringValue]?.isNull ?? true }

  private func nested(_ key: Key) throws -> ValueDecoder {
    guard let value = object[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "missing"))
    }
    return decoder.nested(value, key)
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try nested(key).decode(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try nested(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try nested(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }
}

private struct IndexKey: CodingKey {
  let intValue: Int?
  var stringValue: String { intValue.map(String.init) ?? "" }

  init(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { nil }
}

private struct Elements: UnkeyedDecodingContainer {
  let decoder: ValueDecoder
  let elements: [JSONValue]
  var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private mutating func next(_ type: Any.Type) throws -> ValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: "the array ended"))
    }
    defer { currentIndex += 1 }
    return decoder.nested(elements[currentIndex], IndexKey(intValue: currentIndex))
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, elements[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next(type).decode(type) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try next(type).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next([JSONValue].self).unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next(JSONValue.self) }
}

private struct Single: SingleValueDecodingContainer {
  let decoder: ValueDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value.isNull }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}
