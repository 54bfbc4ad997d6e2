import JSON
package import Reporting

/// Types into a terminal.
package enum SSHSessionInput: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var sessionId: String
    package var data: String
  }

  package typealias Result = InputResult

  package static let name = "ssh/session/input"
  package static let summary =
    "Types into a terminal, in the order of the requests, and answers when the connection has taken it."
  package static let params: [Schema.Field] = [
    .sessionId,
    .init("data", .string, "What is typed, in the terminal's encoding: \"\\u0003\" is Ctrl-C.", isRequired: true),
  ]
  package static let result = InputResult.schema
  package static let errors: [Failure.Kind] = [.busy, .notFound]
  package static let effect = Effect.changes
  package static let isTool = false
  package static let examples = [
    Example("a command", params: ["sessionId": "1", "data": "ls\r"], result: ["delivered": true])
  ]
}
