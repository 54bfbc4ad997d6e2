import JSON
package import Reporting

/// Closes a forwarded port.
package enum SSHForwardClose: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var forwardId: String
  }

  package typealias Result = ForwardResult

  package static let name = "ssh/forward/close"
  package static let summary =
    "Closes a port of ssh/forward/open and answers what it was. Connections through it that are open stay so."
  package static let params: [Schema.Field] = [
    .init("forwardId", .string, "Names the forward.", isRequired: true)
  ]
  package static let result = ForwardResult.schema
  package static let errors: [Failure.Kind] = [.notFound]
  package static let effect = Effect.changes
  package static let examples = [
    Example("closed", params: ["forwardId": "1"], result: ["forward": .exampleForward])
  ]
}
