import Concurrency

/// Lets tasks wait until something about a state changed. Each waits inside the owner's isolation, so that nothing
/// changes between its look at the state and its wait.
final class ChangeSignal: Sendable {
  private struct State {
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    var lastID = 0
  }

  private let state = Locked(State())

  var hasWaiters: Bool { state.withLock { !$0.waiters.isEmpty } }

  /// - Throws: `CancellationError`, or what `wakeAll` was given.
  func wait() async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        state.withLock { $0.waiters[id] = continuation }
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
      state.waiters.keys.min().flatMap { state.waiters.removeValue(forKey: $0) }
    }
    waiter?.resume()
  }

  func wakeAll(_ result: Result<Void, any Error> = .success(())) {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
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
