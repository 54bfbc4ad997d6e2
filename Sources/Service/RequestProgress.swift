import Concurrency
import JSON
import JSONRPC
import Reporting

/// How a dialect writes the progress of one request.
protocol ProgressForm: Sendable {
  var token: RequestID { get }
  /// The name of its notifications.
  var notification: String { get }
  /// The least by which the percentage grows with each report.
  var step: Double { get }
  /// nil: this dialect does not say it.
  func begin(_ title: String) -> JSONValue?
  func report(_ message: String, percentage: Double) -> JSONValue
  func end(_ message: String) -> JSONValue?
}

/// The progress of one request as its client gets to see it: milestones, and other reports at most ten a second, the
/// newest of them always, with a percentage that never falls, and the newest again every 15 seconds, for clients that
/// give up on the silent.
final class RequestProgress: Sendable {
  struct Pace: Sendable {
    var interval = Duration.milliseconds(100)
    var heartbeat = Duration.seconds(15)
    /// How long work may last before the client is asked to show it.
    var patience = Duration.milliseconds(300)
  }

  private struct State {
    var isOpen = false
    var isOver = false
    var percentage = 0.0
    var message: String
    var lastSent: ContinuousClock.Instant
    var isHeld = false
    var alarm: (due: ContinuousClock.Instant, task: Task<Void, Never>)?
  }

  let form: any ProgressForm
  private let title: String
  private let pace: Pace
  private let send: @Sendable (_ params: JSONValue, _ isLast: Bool) -> Void
  private let state: Locked<State>

  /// - Parameters:
  ///   - invite: Asks the client to show the work, once it has lasted a while; false: nothing is shown. nil: the client
  ///     has asked for it, and hears of the beginning now.
  ///   - send: Called under a lock, so that nothing overtakes; must not wait.
  init(
    _ form: any ProgressForm,
    title: String,
    pace: Pace = Pace(),
    invite: (@Sendable () async -> Bool)? = nil,
    send: @escaping @Sendable (_ params: JSONValue, _ isLast: Bool) -> Void
  ) {
    self.form = form
    self.title = title
    self.pace = pace
    self.send = send
    state = Locked(State(message: title, lastSent: .now - pace.interval))
    if let invite {
      let invitation = Task {
        guard (try? await Task.sleep(for: pace.patience)) != nil, await invite() else { return }
        self.open()
      }
      state.withLock { $0.alarm = (.now, invitation) }
    } else {
      open()
    }
  }

  var progress: Progress { Progress { self.report($0) } }

  /// The end: what was held back is sent before it, and nothing after it.
  func end(_ message: String) {
    close { state in
      if state.isHeld { sendReport(&state, isLast: form.end(message) == nil) }
      if let end = form.end(message) { send(end, true) }
    }
  }

  /// Ends it without another word.
  func silence() { close { _ in } }

  private func close(_ body: (inout State) -> Void) {
    state.withLock { state in
      guard !state.isOver else { return }
      if state.isOpen { body(&state) }
      state.isOver = true
      state.alarm?.task.cancel()
      state.alarm = nil
    }
  }

  private func open() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.isOpen = true
      state.alarm = nil
      if let begin = form.begin(title) { send(begin, false) }
      if state.isHeld { sendReport(&state) }
      setAlarm(&state)
    }
  }

  private func report(_ update: Progress.Update) {
    state.withLock { state in
      guard !state.isOver else { return }
      state.message = update.message
      if let fraction = update.fraction { state.percentage = max(state.percentage, min(max(fraction, 0), 1) * 100) }
      state.isHeld = true
      guard state.isOpen else { return }
      let isDue = update.isMilestone || ContinuousClock.now - state.lastSent >= pace.interval
      if isDue { sendReport(&state) } else { setAlarm(&state) }
    }
  }

  private func sendReport(_ state: inout State, isLast: Bool = false) {
    state.isHeld = false
    state.lastSent = .now
    send(form.report(state.message, percentage: state.percentage), isLast)
    state.percentage += form.step
  }

  /// Sees to it that somebody looks at what is held when it may be sent, and at the silence when it has lasted.
  private func setAlarm(_ state: inout State) {
    let due = state.lastSent + (state.isHeld ? pace.interval : pace.heartbeat)
    if let alarm = state.alarm {
      guard due < alarm.due else { return }
      alarm.task.cancel()
    }
    let task = Task {
      guard (try? await Task.sleep(until: due, clock: .continuous)) != nil else { return }
      self.wake()
    }
    state.alarm = (due, task)
  }

  private func wake() {
    state.withLock { state in
      guard !state.isOver, !Task.isCancelled else { return }
      state.alarm = nil
      let silence = ContinuousClock.now - state.lastSent
      if silence >= (state.isHeld ? pace.interval : pace.heartbeat) { sendReport(&state) }
      setAlarm(&state)
    }
  }
}
