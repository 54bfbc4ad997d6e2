import Concurrency

/// Lets tasks wait until something about a state changed.
///
/// A task looks at `changes`, then at the state, and waits for more changes than it has seen: between a look and a wait
/// an actor may turn to others.
final class ChangeSignal: Sendable {
  private struct State {
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    var lastID = 0
    var changes = 0
    var lastResult: Result<Void, any Error> = .success(())
  }

  private let state = Locked(State())

  var hasWaiters: Bool { state.withLock { !$0.waiters.isEmpty } }

  /// How often something has changed.
  var changes: Int { state.withLock { $0.changes } }

  /// - Parameter seen: Returns at once when there have been more `changes` than these.
  /// - Throws: `CancellationError`, or what `wakeAll` was given.
  func wait(after seen: Int) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let missed = state.withLock { state -> Result<Void, any Error>? in
          if state.changes > seen { return state.lastResult }
          state.waiters[id] = continuation
          return nil
        }
        if let missed { return continuation.resume(with: missed) }
        // A cancellation that came before the line above found nobody waiting.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  /// Wakes the one who has waited longest.
  func wakeOne() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      state.changes += 1
      state.lastResult = .success(())
      return state.waiters.keys.min().flatMap { state.waiters.removeValue(forKey: $0) }
    }
    waiter?.resume()
  }

  func wakeAll(_ result: Result<Void, any Error> = .success(())) {
    let waiters = state.withLock { [result] state -> [CheckedContinuation<Void, any Error>] in
      state.changes += 1
      state.lastResult = result
      defer { state.waiters = [:] }
      return state.waiters.sorted { $0.key < $1.key }.map(\.value)
    }
    for waiter in waiters { waiter.resume(with: result) }
  }

  private func cancel(_ id: Int) {
    let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
    waiter?.resume(throwing: CancellationError())
  }
}
