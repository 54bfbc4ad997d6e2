/// A value that comes once, for any number of tasks to wait for.
package final class Eventual<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
    var lastID = 0
  }

  private let state = Locked(State())

  package init() {}

  /// nil until it has come.
  package var value: Value? { state.withLock { $0.value } }

  /// Gives the value to all who wait or will. Only the first call counts.
  package func resolve(_ value: Value) {
    let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
      guard state.value == nil else { return [] }
      state.value = value
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  /// The value, once it has come.
  ///
  /// - Throws: `CancellationError`.
  package func wait() async throws -> Value {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        let value = state.withLock { state -> Value? in
          if state.value == nil { state.waiters[id] = continuation }
          return state.value
        }
        if let value { return continuation.resume(returning: value) }
        // A cancellation that came before the lines above found nobody waiting.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func cancel(_ id: Int) {
    let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
    waiter?.resume(throwing: CancellationError())
  }
}
