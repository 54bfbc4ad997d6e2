import JSON
import Outside

// Gemini, OpenAI and Anthropic take different parts of JSON Schema for the params of a function. All take objects, arrays and
// scalars with one type each; Gemini's client drops `oneOf` and fails at a boolean `additionalProperties`
// (<https://github.com/googleapis/python-genai/issues/2393>).
extension Schema {
  /// The one form of several that agents are offered; the others are taken as well.
  var forAgents: Schema {
    guard case .either(let schemas) = self else {
      if case .nullable(let schema) = self { return schema.forAgents }
      return self
    }
    let words = schemas.flatMap { schema -> [String] in
      switch schema {
      case .word(let words): words
      case .boolean: ["true", "false"]
      default: []
      }
    }
    let isOfWords = schemas.allSatisfy {
      switch $0 {
      case .word, .boolean: true
      default: false
      }
    }
    if isOfWords { return .word(words) }
    let isOneOrMany = schemas.contains { if case .array = $0 { true } else { false } }
    return isOneOrMany ? schemas[0].forAgents : .string
  }

  /// The schema in JSON Schema's form, with one type for each value.
  ///
  /// - Parameters:
  ///   - limits: Maxima to tell, by the names of the members.
  ///   - isBrief: Of members without a text, only those are told then that are needed often.
  ///   - description: The text of a member; nil for one that another tool describes.
  func agentJSON(
    limits: [String: JSONValue] = [:],
    isBrief: Bool = false,
    _ description: (Field) -> String?
  ) -> JSONObject {
    switch forAgents {
    case .array(let element):
      return ["type": "array", "items": .object(element.agentJSON(isBrief: true, description))]
    case .map(let element): return ["type": "object", "additionalProperties": .object(element.agentJSON(description))]
    case .object(let fields), .openObject(let fields):
      var properties = JSONObject()
      for field in fields where !isBrief || field.isNeededOften || description(field) != nil {
        var property = field.agentJSON(description)
        if let limit = limits[field.name] { property["maximum"] = limit }
        properties[field.name] = .object(property)
      }
      var object: JSONObject = ["type": "object", "properties": .object(properties)]
      let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { object["required"] = .array(required) }
      return object
    case let schema: return schema.json.objectValue ?? [:]
    }
  }
}

extension Schema.Field {
  fileprivate func agentJSON(_ description: (Schema.Field) -> String?) -> JSONObject {
    var property = schema.agentJSON(description)
    // What is too little or too much is named when it comes; a model's room is for words.
    property["minimum"] = nil
    property["maximum"] = nil
    guard let text = description(self) else {
      // The other tool says as well what words it takes.
      property["enum"] = nil
      property["format"] = nil
      return property
    }
    if !text.isEmpty { property["description"] = .string(text) }
    let isEvident = [nil, [], [:], "", false].contains(defaultValue)
    if let defaultValue, !isEvident {
      let isWritten = schema.forAgents.isText && defaultValue.stringValue == nil
      property["default"] = isWritten ? .string(defaultValue.text) : defaultValue
    }
    return property
  }

  fileprivate var isNeededOften: Bool {
    isRequired
      || [
        "imageName", "gpuTypeId", "podId", "repoUrl", "runnerName", "labels", "gpuCount", "interruptible",
        "maxCostPerHour", "maxLifetimeSeconds", "idleTimeoutSeconds", "ephemeral", "templateId", "dataCenterId",
      ]
      .contains { $0.bytes == name.bytes }
  }
}

extension Schema {
  fileprivate var isText: Bool {
    switch self {
    case .string, .time, .word: true
    default: false
    }
  }
}
