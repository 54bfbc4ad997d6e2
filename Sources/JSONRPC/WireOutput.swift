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
    /// The reader took too little for too long, or too much was waiting for it.
    case stuck
  }

  private struct State {
    var outbox = Outbox()
    /// Nested: the reader thread holds writing back while it handles one piece of input.
    var corks = 0
    var isThreadWriting = false
    /// Since when the reader has let us wait, and how many bytes it must take until that is forgiven: a reader that
    /// takes a byte now and then would hold us for ever.
    var stall: (since: ContinuousClock.Instant, missing: Int)?
    var end: End? {
      didSet {
        giveRoom()
        tellEmpty()
      }
    }
    /// Comes when nothing is pending; nil when nobody waits for that.
    var empty: Eventual<Void>?

    /// Comes when fewer than `roomLimit` bytes are pending; nil when nobody waits for that.
    var room: Eventual<Void>?

    mutating func giveRoom() {
      room?.resolve(())
      room = nil
    }

    mutating func tellEmpty() {
      empty?.resolve(())
      empty = nil
    }
  }

  /// Bytes that may be pending before those who can wait do.
  private static let roomLimit = 1024 * 1024

  private let state = Locked(State())
  private let descriptor: Int32
  private let writing: NonBlockingWriter
  /// A pipe: a byte in it is work for the thread.
  private let wakeUp: (read: Int32, write: Int32)
  private let stuckLimit: Duration
  private let pendingLimit: Int
  private let recording: Recording?
  private let failed: @Sendable (End) -> Void

  /// - Parameters:
  ///   - stuckLimit: How long the reader may take for the next 64 KiB, or for less if less is waiting.
  ///   - pendingLimit: How many bytes may wait for it.
  ///   - recording: Gets what the reader has taken.
  ///   - failed: Called once, from whichever thread notices, when nothing more can be delivered.
  init(
    descriptor: Int32,
    stuckLimit: Duration,
    pendingLimit: Int,
    recording: Recording?,
    failed: @escaping @Sendable (End) -> Void
  ) {
    self.descriptor = descriptor
    self.stuckLimit = stuckLimit
    self.pendingLimit = pendingLimit
    self.recording = recording
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

  func setFraming(_ framing: Framing) { state.withLock { $0.outbox.framing = framing } }

  func send(_ message: [UInt8], _ kind: Outbox.Kind) {
    act(
      state.withLock { state in
        guard state.end == nil else { return .none }
        state.outbox.append(message, kind)
        return flush(&state)
      }
    )
  }

  /// See `Outbox.drop`.
  func drop(_ token: RequestID) { state.withLock { $0.outbox.drop(token) } }

  /// Returns when less than `roomLimit` is pending or nothing will be delivered any more; also when cancelled.
  func waitForRoom() async {
    let room = state.withLock { state -> Eventual<Void>? in
      guard state.end == nil, state.outbox.unwritten > Self.roomLimit else { return nil }
      let room = state.room ?? Eventual()
      state.room = room
      return room
    }
    try? await room?.wait()
  }

  /// Waits until all that was sent has been written, or nothing will be any more; also until it is cancelled.
  ///
  /// - Returns: Whether it has been written.
  func waitUntilWritten() async -> Bool {
    let empty = state.withLock { state -> Eventual<Void>? in
      guard state.end == nil, state.outbox.size > 0 else { return nil }
      let empty = state.empty ?? Eventual()
      state.empty = empty
      return empty
    }
    do { try await empty?.wait() } catch { return false }
    return state.withLock { $0.end == nil }
  }

  /// Writes what is left, as long as the reader takes it.
  func finish() -> End {
    while true {
      let end = state.withLock { state -> End? in
        if let end = state.end { return end }
        switch write(&state) {
        case .all: return .delivered
        case .failed(let end): return end
        case .blocked: return nil
        }
      }
      if let end { return end }
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
    guard state.corks == 0, !state.isThreadWriting, state.end == nil, state.outbox.unwritten > 0 else {
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
    guard state.end == nil, state.outbox.size > pendingLimit else { return .none }
    state.end = .stuck
    return .report(.stuck)
  }

  private enum Progress { case all, blocked, failed(End) }

  private func write(_ state: inout State) -> Progress {
    while state.outbox.unwritten > 0 {
      let count = state.outbox.write { bytes in
        let count = writing.write(bytes)
        if count > 0 { recording?.sent(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        return count
      }
      if count > 0 {
        if let stall = state.stall { state.stall = stall.missing > count ? (stall.since, stall.missing - count) : nil }
        if state.outbox.unwritten <= Self.roomLimit { state.giveRoom() }
      } else if count == 0 || errno == EAGAIN {
        let stall = state.stall ?? (.now, min(state.outbox.unwritten, 64 * 1024))
        state.stall = stall
        guard ContinuousClock.now - stall.since > stuckLimit else { return .blocked }
        state.end = .stuck
        return .failed(.stuck)
      } else if errno != EINTR {
        state.end = .gone
        return .failed(.gone)
      }
    }
    state.stall = nil
    state.tellEmpty()
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
