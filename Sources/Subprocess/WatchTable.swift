/// Who waits for which descriptor and for what: the books of the event loop, without any system call.
struct WatchTable {
  struct Waiter: Sendable {
    let id: UInt64
    /// A set of `CSYSTEM_READABLE` and `CSYSTEM_WRITABLE`.
    let events: UInt32
    let finish: @Sendable (Result<Void, any Error>) -> Void
  }

  private struct Watch {
    let key: UInt64
    var waiters: [Waiter]
  }

  private var watches: [Int32: Watch] = [:]
  private var places: [UInt64: Int32] = [:]
  private var lastID: UInt64 = 0

  var count: Int { watches.count }

  mutating func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  /// What anyone waits for at `fd`; 0: nothing.
  func events(_ fd: Int32) -> UInt32 {
    watches[fd]?.waiters.reduce(0) { $0 | $1.events } ?? 0
  }

  /// Names the present watch of `fd`: another one, later, of the same number has another key.
  func key(_ fd: Int32) -> UInt64 { watches[fd]?.key ?? 0 }

  /// - Returns: Whether nobody waited for `fd` before.
  mutating func add(_ waiter: Waiter, to fd: Int32) -> Bool {
    places[waiter.id] = fd
    guard watches[fd] == nil else {
      watches[fd]?.waiters.append(waiter)
      return false
    }
    watches[fd] = Watch(key: waiter.id << 32 | UInt64(UInt32(bitPattern: fd)), waiters: [waiter])
    return true
  }

  mutating func remove(_ id: UInt64) -> (fd: Int32, waiter: Waiter)? {
    guard let fd = places[id] else { return nil }
    return take(fd) { $0.id == id }.first.map { (fd, $0) }
  }

  mutating func removeDue(_ fd: Int32, _ events: UInt32) -> [Waiter] {
    take(fd) { $0.events & events != 0 }
  }

  mutating func removeAll(_ fd: Int32) -> [Waiter] {
    take(fd) { _ in true }
  }

  private mutating func take(_ fd: Int32, where condition: (Waiter) -> Bool) -> [Waiter] {
    guard let watch = watches[fd] else { return [] }
    let taken = watch.waiters.filter(condition)
    for waiter in taken { places[waiter.id] = nil }
    let left = watch.waiters.filter { !condition($0) }
    watches[fd] = left.isEmpty ? nil : Watch(key: watch.key, waiters: left)
    return taken
  }
}
