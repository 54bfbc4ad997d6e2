import Concurrency
import Reporting

/// The masters of one pod. A server allows few sessions on a connection (ten by default), so more at once get another
/// connection, up to a few, and then wait.
actor MasterPool {
  /// What a master is wanted for.
  enum Use: Sendable {
    /// A session, of which it has few.
    case session
    /// Something that goes through the connection besides the sessions, or only that it be there.
    case connection
  }

  /// A place on a master; give it back.
  struct Lease: Sendable {
    let master: Master
    let use: Use
  }

  private struct Entry {
    let master: Master
    var sessions = 0
    var others = 0
    var capacity: Int
    var lastUsed = ContinuousClock.now

    init(_ master: Master) {
      self.master = master
      capacity = master.isForOneSession ? 1 : MasterPool.sessionsPerMaster
    }

    mutating func take(_ use: Use) -> Lease {
      switch use {
      case .session: sessions += 1
      case .connection: others += 1
      }
      return Lease(master: master, use: use)
    }

    mutating func giveBack(_ lease: Lease) {
      switch lease.use {
      case .session: sessions -= 1
      case .connection: others -= 1
      }
      lastUsed = .now
    }

    func hasRoom(for use: Use) -> Bool { use == .connection || sessions < capacity }

    func isIdle(since time: ContinuousClock.Instant) -> Bool { sessions == 0 && others == 0 && lastUsed <= time }
  }

  private static let sessionsPerMaster = 8
  private static let mostMasters = 4

  nonisolated let target: SSHTarget
  private let idleLimit: Duration
  private let start: @Sendable (Duration) async throws -> Master
  private var entries: [Entry] = []
  private var limit = MasterPool.mostMasters
  private var opening: Task<Void, Never>?
  private let changed = ChangeSignal()
  private var isClosed = false
  /// Closes masters that nobody uses any more, as long as there are masters.
  private var idleWatch: Task<Void, any Error>?

  init(target: SSHTarget, idleLimit: Duration, start: @escaping @Sendable (Duration) async throws -> Master) {
    self.target = target
    self.idleLimit = idleLimit
    self.start = start
  }

  /// A place on a living master, opening one if need be: one attempt, however many ask.
  ///
  /// - Returns: The place, and whether the master had to be opened for it.
  /// - Throws: `ConnectFault`, `CancellationError`, `Failure`.
  func acquire(_ use: Use, timeout: Duration) async throws -> (lease: Lease, isNew: Bool) {
    var waited = false
    while true {
      try Task.checkCancellation()
      await discardDead()
      let seen = changed.changes
      guard !isClosed else { throw ConnectFault.transient(.other, "the connection was closed") }
      if let index = entries.indices.filter({ entries[$0].hasRoom(for: use) }).min(by: {
        entries[$0].sessions < entries[$1].sessions
      }) {
        return (entries[index].take(use), waited)
      }
      if opening == nil && entries.count < limit { open(timeout: timeout) }
      waited = waited || entries.isEmpty
      try await waitForChange(after: seen)
    }
  }

  func release(_ lease: Lease) async {
    if let index = index(of: lease) {
      entries[index].giveBack(lease)
      if lease.use == .session, lease.master.isForOneSession {
        entries.remove(at: index)
        await lease.master.close()
      }
    }
    changed.wakeOne()
  }

  /// The server would not have the session of this lease, which ends it. Fewer are tried from now on.
  ///
  /// - Returns: Whether fewer can be tried.
  func refused(_ lease: Lease) -> Bool {
    guard let index = index(of: lease) else { return true }
    entries[index].giveBack(lease)
    guard entries[index].sessions > 0 else { return false }
    entries[index].capacity = entries[index].sessions
    return true
  }

  /// Ends all masters. What runs through them ends with them.
  func close() async {
    isClosed = true
    idleWatch?.cancel()
    opening?.cancel()
    await opening?.value
    let masters = entries.map(\.master)
    entries = []
    changed.wakeAll()
    await withTaskGroup { group in
      for master in masters { group.addTask { await master.close() } }
    }
  }

  /// The living masters' processes; for tests.
  var processIDs: [Int32] { entries.map(\.master.processID) }

  /// Whether anyone waits for a place; for tests.
  var hasWaiters: Bool { changed.hasWaiters }

  private func open(timeout: Duration) {
    opening = Task {
      let result: Result<Master, any Error>
      do {
        result = .success(try await start(timeout))
      } catch {
        result = .failure(error)
      }
      await opened(result)
    }
  }

  private func opened(_ result: Result<Master, any Error>) async {
    opening = nil
    switch result {
    case .success(let master) where isClosed: await master.close()
    case .success(let master):
      entries.append(Entry(master))
      watchForIdleness()
      changed.wakeAll()
    // Given up by others, who are gone: those who wait have to look again.
    case .failure(is CancellationError): changed.wakeAll()
    case .failure(let error) where entries.isEmpty: changed.wakeAll(.failure(error))
    case .failure:
      // The server allows no more connections: those who wait share the ones there are.
      limit = entries.count
      changed.wakeAll()
    }
  }

  private func discardDead() async {
    let dead = entries.filter { !$0.master.isAlive }
    guard !dead.isEmpty else { return }
    entries.removeAll { !$0.master.isAlive }
    limit = Self.mostMasters
    for entry in dead { await entry.master.close() }
  }

  private func watchForIdleness() {
    guard idleWatch == nil else { return }
    idleWatch = Task {
      repeat { try await Task.sleep(for: idleLimit) } while await closeIdle()
    }
  }

  /// - Returns: Whether there are masters left.
  private func closeIdle() async -> Bool {
    let limit = ContinuousClock.now - idleLimit
    let idle = entries.filter { $0.isIdle(since: limit) }
    entries.removeAll { $0.isIdle(since: limit) }
    let areSomeLeft = !entries.isEmpty
    if !areSomeLeft { idleWatch = nil }
    for entry in idle { await entry.master.close() }
    return areSomeLeft
  }

  private func index(of lease: Lease) -> Int? {
    entries.firstIndex { $0.master === lease.master }
  }

  private func waitForChange(after seen: Int) async throws {
    do {
      try await changed.wait(after: seen)
      try Task.checkCancellation()
    } catch {
      // Perhaps it was this task that was woken for a free place, or the last that waits for an attempt.
      changed.wakeOne()
      if !changed.hasWaiters { opening?.cancel() }
      throw error
    }
  }
}
