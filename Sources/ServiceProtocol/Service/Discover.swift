package import JSON

/// The protocol as an OpenRPC document, by the name that OpenRPC gives this method.
package enum Discover: ServiceMethod {
  package typealias Params = NoParams
  package typealias Result = JSONValue

  package static let name = "rpc.discover"
  package static let summary = "Answers the OpenRPC document of this service."
  package static let result = Schema.openObject([
    .init("openrpc", .string, "The version of OpenRPC.", isRequired: true),
    .init("methods", .array(.openObject([])), "Every method.", isRequired: true),
  ])
  package static let isTool = false
  package static let examples = [Example("document", result: ["openrpc": "1.3.2", "methods": []])]
}
