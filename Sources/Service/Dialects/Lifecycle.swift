import JSONRPC

/// Which requests are in season, between `initialize` and `shutdown`: a state machine without I/O.
struct Lifecycle: Sendable {
  /// After a failed `initialize` nothing else is taken, whatever the client would be served without one.
  private enum State { case fresh, failed, running, shutDown }

  /// Whether nothing may come before `initialize`.
  let needsInitialize: Bool
  private var state = State.fresh

  init(needsInitialize: Bool) { self.needsInitialize = needsInitialize }

  var isShutDown: Bool { state == .shutDown }
  /// Whether no `initialize` has been taken.
  var isFresh: Bool { state == .fresh || state == .failed }

  mutating func initializeFailed() { state = .failed }

  /// - Throws: The error for a request that is out of season.
  mutating func admit(_ method: String, inBatch: Bool) throws(ErrorObject) {
    if method == "initialize" {
      if inBatch { throw ErrorObject(.invalidRequest, "initialize cannot be part of a batch.") }
      guard isFresh else { throw ErrorObject(.invalidRequest, "initialize was already called.") }
      state = .running
      return
    }
    if state == .shutDown { throw ErrorObject(.invalidRequest, "The service was shut down.") }
    if needsInitialize ? isFresh : state == .failed {
      throw ErrorObject(.serverNotInitialized, "initialize comes first.")
    }
    if method == "shutdown" {
      if inBatch { throw ErrorObject(.invalidRequest, "shutdown cannot be part of a batch.") }
      state = .shutDown
    }
  }
}
