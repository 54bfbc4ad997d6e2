import Concurrency
package import JSON
package import JSONRPC
package import Reporting

/// What a handler may use of the request that it answers.
package struct RequestContext: Sendable {
  /// Where to say how far the work is; silent unless the request has a `workDoneToken`.
  package let progress: Progress
  /// The id of the request.
  package let id: RequestID
  private let notifyClient: @Sendable (String, JSONValue) -> Void
  private let answered: Eventual<Void>
  private let roomForMore: @Sendable () async -> Void
  private let written: @Sendable () async -> Bool

  init(
    id: RequestID,
    progress: Progress,
    answered: Eventual<Void>,
    notify: @escaping @Sendable (String, JSONValue) -> Void,
    waitForRoom: @escaping @Sendable () async -> Void,
    waitUntilWritten: @escaping @Sendable () async -> Bool = { true }
  ) {
    self.id = id
    self.progress = progress
    self.answered = answered
    notifyClient = notify
    roomForMore = waitForRoom
    written = waitUntilWritten
  }

  /// Returns when the answer has been sent, after which the client knows what it tells; also when cancelled.
  package func waitUntilAnswered() async { try? await answered.wait() }

  /// Returns whether the answer has been written to its reader, waiting for that; also when cancelled.
  package func waitUntilDelivered() async -> Bool {
    do { try await answered.wait() } catch { return false }
    return await written()
  }

  /// Sends the client a notification, when it is one that knows it.
  package func notify(_ method: String, _ params: JSONValue) { notifyClient(method, params) }

  /// Returns when little is waiting for the client, also when cancelled: who has much to tell is as slow as the client.
  package func waitForRoom() async { await roomForMore() }
}
