package import JSON
import JSONRPC
package import Reporting

/// What a handler may use of the request that it answers.
package struct RequestContext: Sendable {
  /// Where to say how far the work is; silent unless the request has a `workDoneToken`.
  package let progress: Progress
  /// The id of the request.
  package let requestId: JSONValue
  private let connection: Connection

  init(id: RequestID, progress: Progress, connection: Connection) {
    requestId = id.json
    self.progress = progress
    self.connection = connection
  }

  /// Sends the client a notification.
  package func notify(_ method: String, _ params: JSONValue) {
    connection.notify(method, params: params)
  }
}
