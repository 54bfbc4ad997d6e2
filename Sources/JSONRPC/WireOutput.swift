import CSystem
import Concurrency
import Glibc

/// Writes the wire. Whoever sends writes by itself as long as that does not block; what would block is left to one
/// thread, so that nobody ever waits for a slow reader.
final class WireOutput: Sendable {
  /// How the session's output ended.
  enum End: Sendable, Hashable {
    /// Everything was written.
    case delivered
    /// The reader is gone.
    case gone
    /// The reader took too long for one message, or too much was waiting for it.
    case stuck
  }

  private struct State {
    var pending: [UInt8] = []
    var head = 0
    /// Nested: the reader thread holds writing back while it handles one piece of input.
    var corks = 0
    var isThreadWriting = false
    /// When the message now being written began to wait.
    var blockedSince: ContinuousClock.Instant?
    var end: End?
  }

  private let state = Locked(State())
  private let descriptor: Int32
  private let writing: NonBlockingWriter
  /// A pipe: a byte in it is work for the thread.
  private let wakeUp: (read: Int32, write: Int32)
  private let stuckLimit: Duration
  private let pendingLimit: Int
  private let failed: @Sendable (End) -> Void

  /// - Parameters:
  ///   - stuckLimit: How long the reader may leave us without taking a byte.
  ///   - pendingLimit: How many bytes may wait for it.
  ///   - failed: Called once, from whichever thread notices, when nothing more can be delivered.
  init(
    descriptor: Int32,
    stuckLimit: Duration,
    pendingLimit: Int,
    failed: @escaping @Sendable (End) -> Void
  ) {
    self.descriptor = descriptor
    self.stuckLimit = stuckLimit
    self.pendingLimit = pendingLimit
    self.failed = failed
    writing = NonBlockingWriter(descriptor)
    var ends: [Int32] = [-1, -1]
    csystem_pipe(&ends)
    wakeUp = (ends[0], ends[1])
    WorkerThread.start(name: "wire-output") { self.runThread() }
  }

  func cork() { state.withLock { $0.corks += 1 } }

  func uncork() {
    act(
      state.withLock { state in
        state.corks -= 1
        return flush(&state)
      }
    )
  }

  func send(_ frame: [UInt8]) {
    act(
      state.withLock { state in
        guard state.end == nil else { return .none }
        state.pending.append(contentsOf: frame)
        return flush(&state)
      }
    )
  }

  /// Writes what is left, waiting for the reader up to `limit`.
  func finish(within limit: Duration) -> End {
    let deadline = ContinuousClock.now + limit
    while true {
      let (end, isEmpty) = state.withLock { state -> (End?, Bool) in
        if state.end == nil { _ = write(&state) }
        return (state.end, state.head == state.pending.count)
      }
      if let end { return end }
      if isEmpty { return .delivered }
      guard ContinuousClock.now < deadline else { return .stuck }
      waitForReader(milliseconds: 100)
    }
  }

  /// Waits on a thread of its own for the reader to hang up; for ever on a file, which has no reader.
  static func watchReader(_ descriptor: Int32, gone: @escaping @Sendable () -> Void) {
    WorkerThread.start(name: "wire-reader") {
      var reader = pollfd(fd: descriptor, events: 0, revents: 0)
      while poll(&reader, 1, -1) < 0, errno == EINTR {}
      gone()
    }
  }

  private enum Action { case none, wakeThread, report(End) }

  private func act(_ action: Action) {
    switch action {
    case .none: break
    case .wakeThread: Glibc.write(wakeUp.write, [1], 1)
    case .report(let end): failed(end)
    }
  }

  private func flush(_ state: inout State) -> Action {
    guard state.corks == 0, !state.isThreadWriting, state.end == nil, !state.pending.isEmpty else {
      return checkLimit(&state)
    }
    switch write(&state) {
    case .all: return .none
    case .failed(let end): return .report(end)
    case .blocked:
      state.isThreadWriting = true
      return .wakeThread
    }
  }

  private func checkLimit(_ state: inout State) -> Action {
    guard state.end == nil, state.pending.count - state.head > pendingLimit else { return .none }
    state.end = .stuck
    return .report(.stuck)
  }

  private enum Progress { case all, blocked, failed(End) }

  private func write(_ state: inout State) -> Progress {
    while state.head < state.pending.count {
      let count = state.pending.withUnsafeBytes { writing.write(UnsafeRawBufferPointer(rebasing: $0[state.head...])) }
      if count > 0 {
        state.head += count
        state.blockedSince = nil
      } else if count == 0 || errno == EAGAIN {
        let since = state.blockedSince ?? .now
        state.blockedSince = since
        guard ContinuousClock.now - since > stuckLimit else { return .blocked }
        state.end = .stuck
        return .failed(.stuck)
      } else if errno != EINTR {
        state.end = .gone
        return .failed(.gone)
      }
    }
    state.head = 0
    // The room of a burst is given back; that of ordinary answers is kept.
    state.pending.removeAll(keepingCapacity: state.pending.capacity <= 1024 * 1024)
    return .all
  }

  private func waitForReader(milliseconds: Int32) {
    var reader = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&reader, 1, milliseconds)
  }

  private func runThread() {
    while true {
      var byte: UInt8 = 0
      if read(wakeUp.read, &byte, 1) < 0, errno != EINTR { return }
      var isWriting = true
      while isWriting {
        waitForReader(milliseconds: 1000)
        let failure = state.withLock { state -> End? in
          guard state.end == nil else {
            isWriting = false
            return nil
          }
          switch write(&state) {
          case .blocked: return nil
          case .all:
            state.isThreadWriting = false
            isWriting = false
            return nil
          case .failed(let end):
            isWriting = false
            return end
          }
        }
        if let failure { failed(failure) }
      }
    }
  }
}
