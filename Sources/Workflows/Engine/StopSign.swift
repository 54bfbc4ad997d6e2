import Concurrency

/// Tells a running workflow to stop, whatever it is doing.
final class StopSign: Sendable {
  enum Reason: Sendable {
    /// To be undone.
    case cancel
    /// To be left in the journal as it is, at the next point where that is safe.
    case close
  }

  private struct State {
    var reason: Reason?
    var watchers: [Int: @Sendable (Reason) -> Void] = [:]
    var lastWatcher = 0
  }

  private let state = Locked(State())

  var reason: Reason? { state.withLock { $0.reason } }

  /// Closing goes before cancelling: that wish is in the journal and will be met by whoever takes the workflow up.
  func raise(_ reason: Reason) {
    let (first, watchers) = state.withLock { state in
      let first = state.reason == .close ? Reason.close : reason
      state.reason = first
      return (first, Array(state.watchers.values))
    }
    for watcher in watchers { watcher(first) }
  }

  /// Runs `work` in a task of its own, which is cancelled when the sign is raised for one of `reasons`, or was before.
  func watching<Result: Sendable>(
    for reasons: Set<Reason>,
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let cancel = { @Sendable (reason: Reason) in
      if reasons.contains(reason) { task.cancel() }
    }
    let (number, present) = state.withLock { state in
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = cancel
      return (state.lastWatcher, state.reason)
    }
    if let present { cancel(present) }
    defer { state.withLock { $0.watchers[number] = nil } }
    return try await task.value
  }
}
