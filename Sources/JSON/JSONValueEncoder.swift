/// `Encodable` values to `JSONValue`.
package struct JSONValueEncoder {
  /// Takes over types that have their own form on the wire, dates say; nil leaves a value to its own `encode(to:)`.
  package typealias Special = (any Encodable) -> JSONValue?

  fileprivate let special: Special

  package init(special: @escaping Special = { _ in nil }) { self.special = special }

  /// - Throws: What the value's own `encode(to:)` throws.
  package func encode(_ value: some Encodable) throws -> JSONValue {
    if let value = value as? JSONValue { return value }
    if let value = special(value) { return value }
    let node = EncodedNode()
    try value.encode(to: NodeEncoder(node: node, options: self))
    return node.value
  }
}

/// A place in the tree under construction. Containers are handed out before they are filled, so nodes are shared.
private final class EncodedNode {
  enum Content {
    case value(JSONValue)
    case members([(key: String, node: EncodedNode)])
    case elements([EncodedNode])
  }

  var content = Content.members([])

  var value: JSONValue {
    switch content {
    case .value(let value): value
    case .members(let members): .object(JSONObject(members.map { ($0.key, $0.node.value) }))
    case .elements(let elements): .array(elements.map(\.value))
    }
  }

  func append(key: String) -> EncodedNode {
    let node = EncodedNode()
    guard case .members(var members) = content else { return node }
    content = .value(.null)
    members.append((key, node))
    content = .members(members)
    return node
  }

  func appendElement() -> EncodedNode {
    let node = EncodedNode()
    guard case .elements(var elements) = content else { return node }
    content = .value(.null)
    elements.append(node)
    content = .elements(elements)
    return node
  }
}

private struct NodeEncoder: Encoder {
  let node: EncodedNode
  let options: JSONValueEncoder
  /// Never kept: nothing that we encode can fail, and the path would cost as much as the encoding.
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    // A value may ask for several containers: all write into one object.
    if case .members = node.content {} else { node.content = .members([]) }
    return KeyedEncodingContainer(Members(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.content = .elements([])
    return Elements(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  func write(_ value: some Encodable, to node: EncodedNode) throws {
    switch value {
    case let value as String: node.content = .value(.string(value))
    case let value as Int: node.content = .value(.integer(value))
    case let value as Bool: node.content = .value(.bool(value))
    case let value as Double: node.content = .value(JSONValue(value))
    case let value as JSONValue: node.content = .value(value)
    case let value as any FixedWidthInteger:
      node.content = .value(Int(exactly: value).map { .integer($0) } ?? .number(JSONNumber(text: "\(value)")))
    case let value as any BinaryFloatingPoint: node.content = .value(JSONValue(Double(value)))
    default:
      if let value = options.special(value) {
        node.content = .value(value)
      } else {
        try value.encode(to: NodeEncoder(node: node, options: options))
      }
    }
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: NodeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  private func nested(_ key: some CodingKey) -> NodeEncoder {
    NodeEncoder(node: encoder.node.append(key: key.stringValue), options: encoder.options)
  }

  func encodeNil(forKey key: Key) { encoder.node.append(key: key.stringValue).content = .value(.null) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try encoder.write(value, to: encoder.node.append(key: key.stringValue))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    nested(key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { encoder }
  func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}

private struct Elements: UnkeyedEncodingContainer {
  let encoder: NodeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { if case .elements(let elements) = encoder.node.content { elements.count } else { 0 } }

  private func nested() -> NodeEncoder {
    NodeEncoder(node: encoder.node.appendElement(), options: encoder.options)
  }

  func encodeNil() { encoder.node.appendElement().content = .value(.null) }

  func encode(_ value: some Encodable) throws {
    try encoder.write(value, to: encoder.node.appendElement())
  }

  func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    nested().container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
  func superEncoder() -> any Encoder { nested() }
}

private struct Single: SingleValueEncodingContainer {
  let encoder: NodeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() { encoder.node.content = .value(.null) }

  func encode(_ value: some Encodable) throws { try encoder.write(value, to: encoder.node) }
}
