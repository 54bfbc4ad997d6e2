import Concurrency

/// Wakes those who wait for something to happen in a workflow. What has happened they read in the journal.
final class Bells: Sendable {
  private struct State {
    var listeners: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
    var lastListener = 0
  }

  private let state = Locked(State())

  var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty } }

  /// Runs `body` with a stream of rings; several that nobody has heard yet are one.
  func listening<Result>(
    to id: String,
    _ body: (inout AsyncStream<Void>.Iterator) async throws -> Result
  ) async rethrows -> Result {
    let (rings, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.lastListener += 1
      state.listeners[id, default: [:]][state.lastListener] = continuation
      return state.lastListener
    }
    defer {
      state.withLock { state in
        state.listeners[id]?[number] = nil
        if state.listeners[id]?.isEmpty == true { state.listeners[id] = nil }
      }
    }
    var iterator = rings.makeAsyncIterator()
    return try await body(&iterator)
  }

  func ring(_ id: String) {
    for continuation in state.withLock({ Array($0.listeners[id, default: [:]].values) }) { continuation.yield() }
  }

  func ringAll() {
    for continuation in state.withLock({ $0.listeners.values.flatMap(\.values) }) { continuation.yield() }
  }
}
