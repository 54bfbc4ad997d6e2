package import JSON
import Outside
import Reporting

/// A value that does not fit its schema: where, and what would.
package struct SchemaMismatch: Error, Sendable, Hashable {
  /// The way to the member: `pods[2].gpuCount`; empty for the value itself.
  package var path: String
  package var expected: String

  package var message: String { path.isEmpty ? "Expected \(expected)." : "\(path): expected \(expected)." }
}

extension Schema {
  /// Checks a value and completes it: aliases get their proper names, defaults are filled in.
  ///
  /// - Parameters:
  ///   - value: What came.
  ///   - path: Where it stands in the whole, for the error.
  /// - Returns: The value that fits the schema.
  package func validate(_ value: JSONValue, path: String = "") throws(SchemaMismatch) -> JSONValue {
    func mismatch(_ expected: String) -> SchemaMismatch {
      SchemaMismatch(path: path, expected: "\(expected), found \(value.typeName)")
    }
    func beyond(_ limit: String) -> SchemaMismatch {
      SchemaMismatch(path: path, expected: "\(limit), found \(value.text)")
    }
    switch self {
    case .any: return value
    case .boolean: guard value.boolValue != nil else { throw mismatch("true or false") }
    case .string: guard value.stringValue != nil else { throw mismatch("a string") }
    case .time:
      guard let text = value.stringValue, WireForm.time(text) != nil else {
        throw mismatch("a time like 2026-11-23T12:00:00Z")
      }
    case .number(let minimum, let maximum):
      guard let number = value.nearestDouble else { throw mismatch("a number") }
      if let minimum, number < minimum { throw beyond("at least \(JSONValue(minimum).text)") }
      if let maximum, number > maximum { throw beyond("at most \(JSONValue(maximum).text)") }
      guard number.isFinite else { throw beyond("a number that a double can hold") }
      // -0.0 as well: nobody means anything by its sign.
      if number == 0 { return .integer(0) }
    case .integer(let minimum, let maximum):
      guard let number = value.nearestDouble else { throw mismatch("an integer") }
      // A double has no fraction from 2^52 on: what is no `Int` is beyond one.
      guard let integer = value.intValue ?? Int(exactly: number) else {
        guard abs(number) >= 0x1p63 else { throw mismatch("an integer") }
        throw beyond(number < 0 ? "at least \(minimum ?? .min)" : "at most \(maximum ?? .max)")
      }
      if let minimum, integer < minimum { throw beyond("at least \(minimum)") }
      if let maximum, integer > maximum { throw beyond("at most \(maximum)") }
      return .integer(integer)
    case .word(let words):
      guard let word = value.stringValue, words.contains(where: { $0.bytes == word.bytes }) else {
        throw SchemaMismatch(path: path, expected: "one of " + words.joined(separator: ", "))
      }
    case .array(let element):
      guard let elements = value.arrayValue else { throw mismatch("an array") }
      var valid: [JSONValue] = []
      for (index, item) in elements.enumerated() { valid.append(try element.validate(item, path: "\(path)[\(index)]")) }
      return .array(valid)
    case .map(let element):
      guard let members = (value == [] ? [:] : value).objectValue else { throw mismatch("an object") }
      var valid = JSONObject()
      for member in members { valid[member.key] = try element.validate(member.value, path: path.member(member.key)) }
      return .object(valid)
    case .object(let fields): return try Schema.validate(value, fields, isOpen: false, path: path)
    case .openObject(let fields): return try Schema.validate(value, fields, isOpen: true, path: path)
    case .nullable(let schema): return value.isNull ? value : try schema.validate(value, path: path)
    case .either(let schemas):
      var expected: [String] = []
      for schema in schemas {
        do throws(SchemaMismatch) {
          return try schema.validate(value, path: path)
        } catch {
          expected.append(error.expected)
        }
      }
      throw SchemaMismatch(path: path, expected: expected.joined(separator: "; or "))
    }
    return value
  }

  private static func validate(
    _ value: JSONValue,
    _ fields: [Field],
    isOpen: Bool,
    path: String
  ) throws(SchemaMismatch) -> JSONValue {
    // Lua and PHP write an object without members like this.
    guard let members = (value == [] ? [:] : value).objectValue else {
      throw SchemaMismatch(path: path, expected: "an object, found \(value.typeName)")
    }
    // Before what is missing: a member that was mistyped is both.
    let known = Set(fields.flatMap { [$0.name.bytes] + $0.aliases.map(\.bytes) })
    let others = members.filter { !known.contains($0.key.bytes) }
    if !isOpen, let other = others.first {
      let names = fields.map(\.name) + fields.flatMap(\.aliases)
      let advice = names.isEmpty ? "it takes no params" : NearestName.advice(other.key, among: names)
      throw SchemaMismatch(path: path.member(other.key), expected: "no such member; \(advice)")
    }
    var valid = JSONObject()
    for field in fields {
      let given = ([field.name] + field.aliases).compactMap { members[$0] }.first { !$0.isNull || field.acceptsNull }
      if let given {
        valid[field.name] = try field.schema.validate(given, path: path.member(field.name))
      } else if let defaultValue = field.defaultValue {
        valid[field.name] = defaultValue
      } else if field.isRequired {
        throw SchemaMismatch(path: path.member(field.name), expected: "a value; it is required")
      }
    }
    for other in others { valid[other.key] = other.value }
    return .object(valid)
  }
}

extension JSONValue {
  /// A number as a `Double`, infinite when it is beyond its range.
  fileprivate var nearestDouble: Double? { if case .number(let number) = self { number.double } else { doubleValue } }
}

extension Schema.Field {
  fileprivate var acceptsNull: Bool { if case .nullable = schema { true } else { schema == .any } }
}

extension String {
  fileprivate func member(_ name: String) -> String { isEmpty ? name : "\(self).\(name)" }
}
