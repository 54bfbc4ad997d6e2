package import JSON
import Outside

/// A method as an agent sees it: a tool of the Model Context Protocol.
package struct Tool: Sendable {
  /// How long an agent's call may wait, in seconds: hosts give up after a minute.
  private static let longestWait = 50
  /// Bytes of each stream of a command that an agent is answered when it does not say; its room is small.
  private static let capture = 16_384

  package let method: any ServiceMethod.Type
  /// `noun_verb`.
  package let name: String

  package init(_ method: any ServiceMethod.Type) {
    self.method = method
    name = method.name.bytes.replacing("/", with: "_")
  }

  /// The tool as a list of tools has it.
  package var json: JSONValue {
    [
      "name": .string(name),
      "title": .string(method.name),
      "description": .string(method.effect == .spendsMoney ? "\(method.summary) Spends money." : method.summary),
      "inputSchema": inputSchema,
      "outputSchema": method.result.json,
      "annotations": annotations,
    ]
  }

  /// What a call does to the world, as far as the protocol has words for it.
  package var annotations: JSONValue {
    let (isReadOnly, isDestructive, isIdempotent) =
      switch method.effect {
      case .reads: (true, false, true)
      case .changes: (false, false, false)
      // A host that asks before it destroys should ask before it spends.
      case .spendsMoney: (false, true, false)
      case .destroys: (false, true, true)
      case .anything: (false, true, false)
      }
    return [
      "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive), "idempotentHint": .bool(isIdempotent),
      "openWorldHint": .bool(!["service/", "environment/"].contains { method.name.bytes.hasPrefix($0) }),
    ]
  }

  /// A call's arguments as the method's params: long work is detached, waits end before the host gives up.
  package func params(_ arguments: JSONValue?) -> JSONValue {
    guard case .object(var params) = arguments ?? [:] else { return arguments ?? [:] }
    for field in method.params {
      switch role(of: field) {
      case .plain: break
      case .fixed(let value): params[field.name] = value
      case .atMost(let limit):
        let given = params[field.name]?.doubleValue ?? .infinity
        params[field.name] = given < Double(limit) ? params[field.name] : .integer(limit)
      case .preset(let value): params[field.name] = params[field.name] ?? value
      }
    }
    return .object(params)
  }

  /// What becomes of a param in an agent's hands.
  private enum Role {
    case plain
    /// Not the agent's to choose.
    case fixed(JSONValue)
    case atMost(Int)
    /// Another default than elsewhere.
    case preset(JSONValue)
  }

  private func role(of field: Schema.Field) -> Role {
    switch field.name {
    case "detach": .fixed(true)
    // What they bring are notifications, and an agent hears of none.
    case "stream", "follow": .fixed(false)
    case "captureLimit": .preset(.integer(Tool.capture))
    case "timeoutSeconds" where method.name.bytes.hasSuffix("/wait"): .atMost(Tool.longestWait)
    default: .plain
    }
  }

  private var inputSchema: JSONValue {
    var properties = JSONObject()
    for field in method.params {
      var property = field.json
      switch role(of: field) {
      case .plain: break
      case .fixed: continue
      case .atMost(let limit):
        property["maximum"] = .integer(limit)
        property["default"] = .integer(limit)
      case .preset(let value): property["default"] = value
      }
      properties[field.name] = .object(property)
    }
    return [
      "type": "object",
      "properties": .object(properties),
      "required": .array(method.params.filter(\.isRequired).map { .string($0.name) }),
      "additionalProperties": false,
    ]
  }
}
