import Concurrency
import JSON
import JSONRPC

/// What an editor shows in its log: failures, and how long everything took when it asked for a trace.
final class EditorLog: Sendable {
  private enum Trace: String { case off, messages, verbose }

  /// `MessageType.Error` of the Language Server Protocol.
  private static let error = 1
  private let connection: Connection
  private let trace = Locked(Trace.off)

  init(connection: Connection) { self.connection = connection }

  /// Takes `initialize`'s trace, or `$/setTrace`'s value; anything else changes nothing.
  func setTrace(_ value: JSONValue?) {
    guard let trace = value?.stringValue.flatMap(Trace.init(rawValue:)) else { return }
    self.trace.withLock { $0 = trace }
  }

  /// The method, whose failures and timings are told the client.
  func logging(_ method: String, _ begin: @escaping Router.Begin) -> Router.Begin {
    { params, context in
      let start = ContinuousClock.now
      let body = Result { try begin(params, context) }
      return {
        do {
          let result = try await body.get()()
          self.trace(method, since: start, outcome: "answered", detail: nil)
          return result
        } catch {
          let error = ErrorObject(describing: error)
          self.trace(method, since: start, outcome: "failed", detail: error.message)
          if error.code != .requestCancelled { self.tell(method, error) }
          throw error
        }
      }
    }
  }

  private func tell(_ method: String, _ error: ErrorObject) {
    let hint = error.data?["hint"]?.stringValue.map { " \($0)" } ?? ""
    connection.notify(
      "window/logMessage",
      params: ["type": .integer(EditorLog.error), "message": .string("\(method): \(error.message)\(hint)")]
    )
  }

  /// Params and results are not told: they may hold secrets.
  private func trace(_ method: String, since start: ContinuousClock.Instant, outcome: String, detail: String?) {
    let trace = trace.withLock { $0 }
    guard trace != .off else { return }
    let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    var params: JSONObject = ["message": .string("\(method) \(outcome) after \(milliseconds) ms")]
    if trace == .verbose { params["verbose"] = detail.map { .string($0) } }
    connection.notify("$/logTrace", params: .object(params))
  }
}
