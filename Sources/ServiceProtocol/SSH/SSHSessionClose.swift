import JSON
package import Reporting

/// Closes a terminal.
package enum SSHSessionClose: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var sessionId: String
  }

  package typealias Result = SSHSessionOpen.Result

  package static let name = "ssh/session/close"
  package static let summary = "Closes a terminal: what runs in it is hung up on, and ended if it does not mind."
  package static let params: [Schema.Field] = [.sessionId]
  package static let result = Schema.object([.sessionId])
  package static let errors: [Failure.Kind] = [.notFound]
  package static let effect = Effect.changes
  package static let isTool = false
  package static let examples = [Example("closed", params: ["sessionId": "1"], result: ["sessionId": "1"])]
}
