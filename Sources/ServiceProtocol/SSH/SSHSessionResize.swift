import JSON
package import Reporting

/// Gives a terminal another size.
package enum SSHSessionResize: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var sessionId: String
    package var columns: Int
    package var rows: Int
  }

  package typealias Result = SSHSessionOpen.Result

  package static let name = "ssh/session/resize"
  package static let summary = "Gives a terminal another size; its program gets SIGWINCH."
  package static let params: [Schema.Field] = [.sessionId, .columns(), .rows()]
  package static let result = Schema.object([.sessionId])
  package static let errors: [Failure.Kind] = [.notFound]
  package static let effect = Effect.changes
  package static let isTool = false
  package static let examples = [
    Example("wider", params: ["sessionId": "1", "columns": 200, "rows": 50], result: ["sessionId": "1"])
  ]
}
