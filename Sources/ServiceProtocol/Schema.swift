package import JSON

/// What a value on the wire looks like: the one description that validation, defaults, `openrpc.json` and the
/// reference are made from. Keeps to the part of JSON Schema that draft-07 and 2020-12 share.
package indirect enum Schema: Sendable, Hashable {
  case any
  case boolean
  case integer(minimum: Int? = nil, maximum: Int? = nil)
  case number(minimum: Double? = nil, maximum: Double? = nil)
  case string
  /// An ISO 8601 time: "2026-11-23T12:00:00Z".
  case time
  /// A string that is one of a few words.
  case word([String])
  case array(Schema)
  /// An object with any members of one form, `env` say.
  case map(Schema)
  /// An object with the members named and no others.
  case object([Field])
  /// An object with the members named and perhaps others.
  case openObject([Field])
  case nullable(Schema)
  /// A value of one form or another, tried in this order. Of a text and a list, agents are offered the first.
  case either([Schema])

  /// One member of an object.
  package struct Field: Sendable, Hashable {
    package var name: String
    package var schema: Schema
    package var summary: String
    package var isRequired: Bool
    /// Filled in when the member is absent.
    package var defaultValue: JSONValue?
    /// Other names that are understood: those of the original configuration files.
    package var aliases: [String]

    package init(
      _ name: String,
      _ schema: Schema,
      _ summary: String,
      isRequired: Bool = false,
      default defaultValue: JSONValue? = nil,
      aliases: [String] = []
    ) {
      self.name = name
      self.schema = schema
      self.summary = summary
      self.isRequired = isRequired
      self.defaultValue = defaultValue
      self.aliases = aliases
    }
  }
}

extension Schema {
  /// The schema in JSON Schema's own form.
  package var json: JSONValue {
    switch self {
    case .any: [:]
    case .boolean: ["type": "boolean"]
    case .integer(let minimum, let maximum):
      Schema.object(
        type: "integer",
        ["minimum": minimum.map { .integer($0) }, "maximum": maximum.map { .integer($0) }]
      )
    case .number(let minimum, let maximum):
      Schema.object(
        type: "number",
        ["minimum": minimum.map { JSONValue($0) }, "maximum": maximum.map { JSONValue($0) }]
      )
    case .string: ["type": "string"]
    case .time: ["type": "string", "format": "date-time"]
    case .word(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .array(let element): ["type": "array", "items": element.json]
    case .map(let element): ["type": "object", "additionalProperties": element.json]
    case .object(let fields): Schema.object(fields, isOpen: false)
    case .openObject(let fields): Schema.object(fields, isOpen: true)
    case .nullable(let schema): ["oneOf": [schema.json, ["type": "null"]]]
    case .either(let schemas): ["oneOf": .array(schemas.map(\.json))]
    }
  }

  private static func object(type: String, _ limits: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    var object: JSONObject = ["type": .string(type)]
    for (name, value) in limits { object[name] = value }
    return .object(object)
  }

  private static func object(_ fields: [Field], isOpen: Bool) -> JSONValue {
    var properties = JSONObject()
    for field in fields {
      properties[field.name] = .object(field.json)
    }
    return [
      "type": "object",
      "properties": .object(properties),
      "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
      "additionalProperties": .bool(isOpen),
    ]
  }
}

extension Schema.Field {
  /// The member's schema in JSON Schema's own form.
  package var json: JSONObject {
    var property = schema.json.objectValue ?? [:]
    property["description"] = .string(summary)
    property["default"] = defaultValue
    return property
  }
}
