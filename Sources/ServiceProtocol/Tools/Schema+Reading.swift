import JSON
import Outside

extension Schema {
  /// A value in which each text that is the number, boolean, array or object declared is that: models write `"10"` for 10.
  /// Whatever does not fit stays as it is.
  func reading(_ value: JSONValue) -> JSONValue {
    switch self {
    case .any, .string, .time, .word: return value
    case .boolean, .integer, .number: return readText(value) ?? value
    case .array(let element):
      guard let elements = value.arrayValue else { return readText(value) ?? value }
      return .array(elements.map { element.reading($0) })
    case .map(let element):
      return members(of: value) { _ in element }
    case .object(let fields), .openObject(let fields):
      return members(of: value) { name in
        fields.first { field in ([field.name] + field.aliases).contains { $0.bytes == name.bytes } }?.schema
      }
    case .nullable(let schema): return schema.reading(value)
    case .either(let schemas):
      // A text that is the list declared is that, even where a text may stand as well.
      if case .array = forAgents, let read = forAgents.readText(value), fits(read) { return read }
      if fits(value) { return value }
      return schemas.lazy.map { $0.reading(value) }.first { self.fits($0) } ?? value
    }
  }

  private func fits(_ value: JSONValue) -> Bool { (try? validate(value)) != nil }

  /// nil for what is no text, or another one.
  private func readText(_ value: JSONValue) -> JSONValue? {
    guard case .string(let text) = value else { return nil }
    // Python's spelling of both.
    let plain = self == .boolean ? text.bytes.lowercased : text
    guard let read = try? JSONValue(parsing: plain), isKind(of: read) else { return nil }
    return reading(read)
  }

  /// Whether a value is of this kind, whatever is in it.
  private func isKind(of value: JSONValue) -> Bool {
    switch self {
    case .boolean: value.boolValue != nil
    case .integer, .number: value.doubleValue != nil
    case .array: value.arrayValue != nil
    case .map, .object, .openObject: value.objectValue != nil
    default: false
    }
  }

  private func members(of value: JSONValue, _ schema: (String) -> Schema?) -> JSONValue {
    guard let members = value.objectValue else { return readText(value) ?? value }
    return .object(JSONObject(members.map { (key: $0.key, value: schema($0.key)?.reading($0.value) ?? $0.value) }))
  }
}
