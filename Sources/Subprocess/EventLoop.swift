import CSystem
import Concurrency
import Glibc

/// One thread that waits for any number of descriptors: the pidfds and pipes of children, sockets.
///
/// A descriptor is registered only while someone waits for it, so it may be closed whenever nobody does.
package final class EventLoop: Sendable {
  /// The loop of this process. Its first use also makes a write to a closed pipe an error instead of the end of us.
  package static let shared = EventLoop()

  private let epoll: Int32
  private let watches = Locked(WatchTable())

  private init() {
    signal(SIGPIPE, SIG_IGN)
    epoll = csystem_epoll_create()
    precondition(epoll >= 0, "no epoll descriptor: errno \(errno)")
    WorkerThread.start(name: "events") { self.run() }
  }

  /// Returns once a read would not block: there are bytes, the end, an error. May return early.
  ///
  /// - Parameter condition: Looked at once `release` is certain to reach this wait; false: not waited.
  /// - Throws: `CancellationError`; `SystemError` when the descriptor cannot be waited for or is closed meanwhile.
  package func waitReadable(
    _ descriptor: Descriptor,
    while condition: @Sendable () -> Bool = { true }
  ) async throws {
    try await wait(descriptor, for: UInt32(CSYSTEM_READABLE), while: condition)
  }

  /// Returns once a write would not block, or would fail. May return early.
  ///
  /// - Throws: `CancellationError`; `SystemError` when the descriptor cannot be waited for or is closed meanwhile.
  package func waitWritable(_ descriptor: Descriptor) async throws {
    try await wait(descriptor, for: UInt32(CSYSTEM_WRITABLE), while: { true })
  }

  /// Calls `body` once on the loop's thread when `fd` is readable. `body` must be quick.
  func whenReadable(_ fd: Int32, _ body: @escaping @Sendable () -> Void) throws {
    let id = watches.withLock { $0.nextID() }
    try add(WatchTable.Waiter(id: id, events: UInt32(CSYSTEM_READABLE)) { _ in body() }, to: fd)
  }

  /// Ends all present waits for `fd` with `result`.
  func release(_ fd: Int32, _ result: Result<Void, any Error>) {
    let waiters = watches.withLock { watches -> [WatchTable.Waiter] in
      let waiters = watches.removeAll(fd)
      if !waiters.isEmpty { apply(watches, fd) }
      return waiters
    }
    for waiter in waiters { waiter.finish(result) }
  }

  private func wait(
    _ descriptor: Descriptor,
    for events: UInt32,
    while condition: @Sendable () -> Bool
  ) async throws {
    let id = watches.withLock { $0.nextID() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let waiter = WatchTable.Waiter(id: id, events: events) { continuation.resume(with: $0) }
        do {
          try descriptor.use { try add(waiter, to: $0) }
        } catch {
          return continuation.resume(throwing: error)
        }
        // What came before `add` found nothing to end.
        if Task.isCancelled {
          end(id, .failure(CancellationError()))
        } else if !condition() {
          end(id, .success(()))
        }
      }
    } onCancel: {
      end(id, .failure(CancellationError()))
    }
  }

  private func add(_ waiter: WatchTable.Waiter, to fd: Int32) throws {
    let failure = watches.withLock { watches -> Int32 in
      let isNew = watches.add(waiter, to: fd)
      guard csystem_epoll_set(epoll, fd, watches.events(fd), watches.key(fd), isNew ? 1 : 0) < 0 else { return 0 }
      let failure = errno
      _ = watches.remove(waiter.id)
      return failure
    }
    switch failure {
    case 0: break
    case EPERM: waiter.finish(.success(()))  // A plain file never blocks.
    default: throw SystemError("epoll_ctl", code: failure)
    }
  }

  private func end(_ id: UInt64, _ result: Result<Void, any Error>) {
    let waiter = watches.withLock { watches -> WatchTable.Waiter? in
      guard let (fd, waiter) = watches.remove(id) else { return nil }
      apply(watches, fd)
      return waiter
    }
    waiter?.finish(result)
  }

  private func apply(_ watches: WatchTable, _ fd: Int32) {
    csystem_epoll_set(epoll, fd, watches.events(fd), watches.key(fd), 0)
  }

  private func run() {
    var events = [csystem_event](repeating: csystem_event(), count: 64)
    while true {
      let count = csystem_epoll_wait(epoll, &events, 64)
      for event in events.prefix(max(Int(count), 0)) {
        let fd = Int32(truncatingIfNeeded: event.key)
        let due = watches.withLock { watches -> [WatchTable.Waiter] in
          // Another key: the descriptor was closed and its number used again since the event.
          guard watches.key(fd) == event.key else { return [] }
          let due = watches.removeDue(fd, event.events)
          apply(watches, fd)
          return due
        }
        for waiter in due { waiter.finish(.success(())) }
      }
    }
  }
}
