import JSONRPC

/// Which requests are in season: a state machine without I/O.
struct Lifecycle: Sendable {
  private enum State { case fresh, running, shutDown }

  /// Known from the first message on.
  private(set) var dialect: Dialect?
  private var state = State.fresh

  /// Looks at the first message, once.
  mutating func meet(_ incoming: Incoming) {
    if dialect == nil { dialect = Dialect(first: incoming) }
  }

  /// The error for a request that is out of season; nil for one that may go on.
  mutating func admit(request method: String, inBatch: Bool) -> ErrorObject? {
    if method == "initialize" {
      if inBatch { return ErrorObject(.invalidRequest, "initialize cannot be part of a batch.") }
      guard state == .fresh else { return ErrorObject(.invalidRequest, "initialize was already called.") }
      state = .running
      return nil
    }
    if state == .shutDown { return ErrorObject(.invalidRequest, "The service was shut down.") }
    if method == "shutdown" {
      if inBatch { return ErrorObject(.invalidRequest, "shutdown cannot be part of a batch.") }
      state = .shutDown
    }
    return nil
  }

  /// The process's exit code when the session ends by `exit` or by end of input.
  var exitCode: Int32 { dialect == .editor && state != .shutDown ? 1 : 0 }
}
