package import JSON
package import Reporting

/// Sends a running `ssh/exec` more of its standard input.
package enum SSHInput: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var requestId: JSONValue
    package var data: String
    package var end: Bool
  }

  package typealias Result = InputResult

  package static let name = "ssh/input"
  package static let summary = """
    Sends a running ssh/exec with openStdin more to read, in the order of the requests, and answers when the connection \
    has taken it. Wait for the answer before sending much more.
    """
  package static let params: [Schema.Field] = [
    .init("requestId", .requestId, "The id of the ssh/exec request.", isRequired: true),
    .init("data", .string, "What is sent, in the encoding of the ssh/exec.", default: ""),
    .init("end", .boolean, "Whether the command then reads the end of its input.", default: false),
  ]
  package static let result = InputResult.schema
  package static let errors: [Failure.Kind] = [.busy, .conflict, .notFound]
  package static let effect = Effect.anything
  package static let isTool = false
  package static let examples = [
    Example("the last line", params: ["requestId": 7, "data": "quit\n", "end": true], result: ["delivered": true])
  ]
}

/// What became of input.
package struct InputResult: Codable, Sendable {
  package var delivered: Bool

  package init(delivered: Bool) { self.delivered = delivered }

  static let schema = Schema.object([
    .init("delivered", .boolean, "false: the command ended before it could be sent.", isRequired: true)
  ])
}
