package import JSON
import JSONRPC
package import Reporting

/// What a handler may use of the request that it answers.
package struct RequestContext: Sendable {
  /// Where to say how far the work is; silent unless the request has a `workDoneToken`.
  package let progress: Progress
  /// The id of the request.
  package let requestId: JSONValue
  private let notifyClient: @Sendable (String, JSONValue) -> Void

  init(id: RequestID, progress: Progress, notify: @escaping @Sendable (String, JSONValue) -> Void) {
    requestId = id.json
    self.progress = progress
    notifyClient = notify
  }

  /// Sends the client a notification, when it is one that knows it.
  package func notify(_ method: String, _ params: JSONValue) { notifyClient(method, params) }
}
