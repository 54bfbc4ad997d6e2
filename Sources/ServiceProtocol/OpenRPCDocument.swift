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
    "methods": .array(Registry.methods.map { describe($0) }),
  ]

  private static func describe(_ method: any ServiceMethod.Type) -> JSONValue {
    [
      "name": .string(method.name),
      "summary": .string(method.summary),
      "paramStructure": "by-name",
      "params": .array(method.params.map { describe($0) }),
      "result": ["name": "result", "schema": method.result.json],
      "errors": .array(method.errors.map { ["code": .integer($0.code.rawValue), "message": .string($0.rawValue)] }),
      "x-effect": .string(method.effect.rawValue),
      "examples": .array(method.examples.map { describe($0) }),
    ]
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
    let params = example.params.objectValue ?? [:]
    return [
      "name": .string(example.name),
      "params": .array(params.map { ["name": .string($0.key), "value": $0.value] }),
      "result": ["name": "result", "value": example.result],
    ]
  }
}
