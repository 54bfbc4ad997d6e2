/// A JSON value that loses nothing of the text it came from: member order and the spelling of numbers survive.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// A number written the canonical way and within `Int`.
  case integer(Int)
  /// Any other number, with its text.
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var intValue: Int? { if case .integer(let value) = self { value } else { nil } }
  package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  package var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  package var isNull: Bool { self == .null }

  /// A number; nil for anything else, and for one that no `Double` can hold.
  package var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.double.isFinite ? value.double : nil
    default: nil
    }
  }

  /// The value where an object of options may stand: nil for null, and for the empty array that Lua and PHP write for an
  /// object without members.
  package var givenObject: JSONValue? { isNull || self == [] ? Optional.none : self }

  /// The member of an object; nil for anything else and when there is none.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The element of an array; nil for anything else and out of bounds.
  package subscript(index: Int) -> JSONValue? {
    guard let array = arrayValue, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// What kind of value this is, in the words of JSON Schema.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .init(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
  }

  /// A finite number as the shortest text that reads back the same; JSON has no other, so the rest become null.
  package init(_ value: Double) {
    if let integer = Int(exactly: value) {
      self = .integer(integer)
    } else if value.isFinite {
      self = .number(JSONNumber(text: "\(value)"))
    } else {
      self = .null
    }
  }
}
