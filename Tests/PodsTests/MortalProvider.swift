import RunPodAPI
import Simulation

/// The account as a process sees it that dies in the middle of one of its calls: before the call takes effect, or after
/// it, and without hearing the answer. From then on nothing the process does reaches anyone.
actor MortalProvider: PodProvider {
  nonisolated var face: PodFace { account.face }
  nonisolated var identity: AccountIdentity { account.identity }
  nonisolated var url: String { account.url }

  struct Dead: Error {}

  private let account: SimulatedAccount
  private var callsLeft: Int?
  private let diesBeforeEffect: Bool
  private let onDeath: @Sendable () -> Void
  private var isDead = false
  private var isOver = false
  /// How many will look at the offers for ever.
  private(set) var looking = 0
  private var buried: [CheckedContinuation<Void, any Error>] = []

  /// - Parameter callsLeft: Calls that still succeed before the fatal one; nil for a process that lives.
  init(_ account: SimulatedAccount, callsLeft: Int?, diesBeforeEffect: Bool, onDeath: @escaping @Sendable () -> Void) {
    self.account = account
    self.callsLeft = callsLeft
    self.diesBeforeEffect = diesBeforeEffect
    self.onDeath = onDeath
  }

  /// Lets the dead tasks end, when nobody looks at the world any more.
  func release() {
    isOver = true
    for continuation in buried { continuation.resume(throwing: Dead()) }
    buried = []
  }

  func account() async throws -> Account { try await live { try await $0.account() } }

  /// Those who look at the offers have written nothing yet, so that a death there is none that matters.
  func offers(_ query: OfferQuery) async throws -> [Offer] {
    if isDead {
      looking += 1
      try await lie()
    }
    return try await account.offers(query)
  }

  func pod(id: String) async throws -> RemotePod? { try await live { try await $0.pod(id: id) } }
  func pods() async throws -> PodList { try await live { try await $0.pods() } }
  func stop(id: String) async throws -> RemotePod? { try await live { try await $0.stop(id: id) } }
  func lowestBid(toResume id: String) async throws -> Double? {
    try await live { try await $0.lowestBid(toResume: id) }
  }
  func terminate(id: String) async throws { try await live { try await $0.terminate(id: id) } }

  func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    try await live { try await $0.create(request, as: candidate) }
  }

  func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    try await live { try await $0.resume(id: id, gpuCount: gpuCount, bidPerGpu: bidPerGpu) }
  }

  func logs(id: String, from start: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws {
    try await live { try await $0.logs(id: id, from: start, output: output) }
  }

  private func live<Result: Sendable>(_ call: (SimulatedAccount) async throws -> Result) async throws -> Result {
    if isDead { try await lie() }
    guard let left = callsLeft else { return try await call(account) }
    callsLeft = left - 1
    guard left == 0 else { return try await call(account) }
    isDead = true
    if !diesBeforeEffect { _ = try? await call(account) }
    onDeath()
    try await lie()
    throw Dead()
  }

  private func lie() async throws {
    if isOver { throw Dead() }
    try await withCheckedThrowingContinuation { buried.append($0) }
  }
}
