import Concurrency
import Reporting

/// A server process as the world sees it: all that it does to the world passes through here, and can go wrong in any way.
///
/// Once it has died, nothing that it does reaches anyone, and nothing that it waits for comes.
actor SimulatedProcess {
  struct Dead: Error {}

  /// What becomes of a moment.
  enum Fate: Sendable {
    case go
    case die
    case fail(any Error)
    /// Something else happens first.
    case meanwhile(@Sendable () async -> Void)
  }

  /// A moment right before or right after an effect.
  struct Moment: Sendable {
    enum Side: Sendable { case before, after }

    /// 1, 2, 3, … in the life of the process.
    var number: Int
    /// "write", "RunPod create", "pod install", "GitHub list", …
    var effect: String
    var side: Side
  }

  private let plan: @Sendable (Moment) -> Fate
  private let onDeath: @Sendable () -> Void
  private(set) var moments: [Moment] = []
  private(set) var isDead = false
  private var isOver = false
  /// Effects that have begun and not ended.
  private var underWay = 0
  private var buried: [CheckedContinuation<Void, any Error>] = []

  init(onDeath: @escaping @Sendable () -> Void = {}, plan: @escaping @Sendable (Moment) -> Fate) {
    self.onDeath = onDeath
    self.plan = plan
  }

  /// Does something to the world.
  func perform<Result: Sendable>(
    _ effect: String,
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await pass(effect, .before)
    let result: Result
    do {
      result = try await body()
    } catch {
      underWay -= 1
      throw error
    }
    try await pass(effect, .after)
    return result
  }

  func pass(_ effect: String, _ side: Moment.Side) async throws {
    if side == .after { underWay -= 1 }
    if isDead { try await lie() }
    let moment = Moment(number: moments.count + 1, effect: effect, side: side)
    moments.append(moment)
    switch plan(moment) {
    case .go: break
    case .fail(let error): throw error
    case .meanwhile(let event): await event()
    case .die:
      isDead = true
      onDeath()
      try await lie()
    }
    if side == .before { underWay += 1 }
  }

  /// Ends the process between two moments.
  func kill() { isDead = true }

  /// Waits for effects that were under way when the process died: they were done by then.
  func settle() async { while underWay > 0 { await Task.yield() } }

  /// Lets the tasks of a dead process end, when nobody looks at the world any more.
  func release() {
    isDead = true
    isOver = true
    for continuation in buried { continuation.resume(throwing: Dead()) }
    buried = []
  }

  private func lie() async throws {
    if isOver { throw Dead() }
    try await withCheckedThrowingContinuation { buried.append($0) }
  }
}
