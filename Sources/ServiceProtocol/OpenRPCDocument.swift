package import JSON
import JSONRPC
import Reporting

/// The registry as an OpenRPC document: <https://spec.open-rpc.org>, version 1.3.2.
package enum OpenRPCDocument {
  package static let json: JSONValue = [
    "openrpc": "1.3.2",
    "info": [
      "title": "runpod-rpc",
      "description": "RunPod GPU pods, SSH to them, GitHub Actions runners on them and workflows across them.",
      "version": .string(Registry.version),
    ],
    "methods": .array(Registry.methods.map { describe($0) } + Registry.notifications.map { describe($0) }),
  ]

  private static func describe(_ method: any ServiceMethod.Type) -> JSONValue {
    [
      "name": .string(method.name),
      "summary": .string(method.summary),
      "paramStructure": "by-name",
      "params": describe(method.params),
      "result": ["name": "result", "schema": method.result.json],
      "errors": .array(
        method.distinctErrors.map { ["code": .integer($0.code.rawValue), "message": .string($0.rawValue)] }
      ),
      "x-direction": .string(ServiceNotification.Direction.clientToServer.rawValue),
      "x-effect": .string(method.effect.rawValue),
      "x-mcp": method.isTool ? describe(Tool(method)) : nil,
      "examples": .array(method.examples.map { describe($0) }),
    ]
  }

  private static func describe(_ tool: Tool) -> JSONValue {
    ["tool": .string(tool.name), "annotations": tool.annotations]
  }

  /// Without a result: that is how the document tells what is not answered.
  private static func describe(_ notification: ServiceNotification) -> JSONValue {
    [
      "name": .string(notification.name),
      "x-direction": .string(notification.direction.rawValue),
      "summary": .string(notification.summary),
      "paramStructure": "by-name",
      "params": describe(notification.params),
      "examples": [["name": "example", "params": describe(params: notification.example)]],
    ]
  }

  /// OpenRPC wants those first that are required.
  private static func describe(_ fields: [Schema.Field]) -> JSONValue {
    .array((fields.filter(\.isRequired) + fields.filter { !$0.isRequired }).map { describe($0) })
  }

  private static func describe(_ field: Schema.Field) -> JSONValue {
    var schema = field.schema.json.objectValue ?? [:]
    schema["default"] = field.defaultValue
    return [
      "name": .string(field.name),
      "description": .string(field.summary),
      "required": .bool(field.isRequired),
      "schema": .object(schema),
    ]
  }

  private static func describe(_ example: Example) -> JSONValue {
    [
      "name": .string(example.name),
      "params": describe(params: example.params),
      "result": ["name": "result", "value": example.result],
    ]
  }

  private static func describe(params: JSONValue) -> JSONValue {
    .array((params.objectValue ?? [:]).map { ["name": .string($0.key), "value": $0.value] })
  }
}
