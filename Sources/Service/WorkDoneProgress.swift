import Concurrency
import JSON
import JSONRPC
import Reporting

/// The `$/progress` of one request: begin, reports at most ten a second whose percentage never falls, end.
struct WorkDoneProgress: Sendable {
  private struct State {
    var percentage = 0
    var lastSent: ContinuousClock.Instant
    var held: Progress.Update?
    var isOver = false
  }

  private static let interval = Duration.milliseconds(100)
  private let token: JSONValue
  private let connection: Connection
  private let state: Locked<State>

  /// Sends the beginning.
  init(token: JSONValue, title: String, connection: Connection) {
    self.token = token
    self.connection = connection
    state = Locked(State(lastSent: .now - WorkDoneProgress.interval))
    send(["kind": "begin", "title": .string(title), "cancellable": true, "percentage": 0])
  }

  var progress: Progress { Progress { report($0) } }

  private func report(_ update: Progress.Update) {
    state.withLock { state in
      guard !state.isOver else { return }
      let now = ContinuousClock.now
      guard now - state.lastSent >= WorkDoneProgress.interval else {
        state.held = update
        return
      }
      state.lastSent = now
      state.held = nil
      send(update, &state)
    }
  }

  /// Sends a report that was held back, then the end. Nothing follows it.
  func end(_ message: String) {
    state.withLock { state in
      if let held = state.held { send(held, &state) }
      state.isOver = true
      send(["kind": "end", "message": .string(message)])
    }
  }

  private func send(_ update: Progress.Update, _ state: inout State) {
    let percentage = update.fraction.map { Int(min(max($0, 0), 1) * 100) } ?? 0
    state.percentage = max(state.percentage, percentage)
    send(["kind": "report", "message": .string(update.message), "percentage": .integer(state.percentage)])
  }

  private func send(_ value: JSONValue) {
    connection.notify("$/progress", params: ["token": token, "value": value])
  }
}
