import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess
import Testing

@testable import Pods

/// One seeded run of creations under faults, cancellations and a death, and what must be true after the next start.
struct Schedule: Sendable {
  let seed: Int
  private let clock = JumpClock()
  private let account: SimulatedAccount
  private let store = PodStore(.inMemory())
  private let ended = Locked(Set<Int>())

  init(seed: Int) {
    self.seed = seed
    account = SimulatedAccount(face: seed.isMultiple(of: 2) ? .graphql : .rest, now: clock.time.now)
  }

  /// How the schedule went, for the count.
  enum Kind: Hashable { case died, finished }

  func run() async throws -> Kind {
    var dice = Dice(seed: UInt64(seed))
    await prepareFaults(&dice)
    let count = Int.random(in: 1...2, using: &dice)
    let (ends, end) = AsyncStream<Kind>.makeStream()
    let provider = MortalProvider(
      account,
      callsLeft: dice.once(in: 2) ? Int.random(in: 0...5, using: &dice) : nil,
      diesBeforeEffect: dice.once(in: 2),
      onDeath: { for _ in 0..<count { end.yield(.died) } }
    )
    let manager = manager(of: provider)
    var tasks: [Task<Pod, any Error>] = []
    for number in 0..<count {
      // None of them shares another's look at the offers, so that those who look can be counted.
      let types = number == 0 ? ["x", "y"] : ["y", "x"]
      let wanted = dice.once(in: 2) ? [types[0]] : types
      tasks.append(create(number, wanted, manager, isCancelled: dice.once(in: 4), end))
    }
    var kind = Kind.finished
    var awaited = count
    for await next in ends {
      if next == .died { kind = .died }
      awaited -= 1
      if awaited == 0 { break }
    }
    // A dead process writes no more: what it is about to write is awaited before the next one looks.
    while try await unwritten(of: count) > provider.looking { await Task.yield() }
    try await recover()
    try await check(outcomes: kind == .finished ? tasks : [])
    await provider.release()
    for task in tasks { _ = await task.result }
    return kind
  }

  /// How many have neither ended nor come into the books.
  private func unwritten(of count: Int) async throws -> Int {
    let written = Set(try await store.page(status: nil, before: nil, limit: .max).map(\.name))
    let ended = ended.withLock { $0 }
    return (0..<count).count { !ended.contains($0) && !written.contains(name($0)) }
  }

  private func prepareFaults(_ dice: inout Dice) async {
    let unreachable = SimulatedAccount.Fate.refused(Failure(.networkFailure, "The network is unreachable."))
    for _ in 0..<2 {
      switch Int.random(in: 0..<10, using: &dice) {
      case 0..<3: await account.prepare("create", .done)
      case 3..<6: await account.prepare("create", .unanswered(happens: true))
      case 6..<8: await account.prepare("create", .unanswered(happens: false))
      case 8: await account.prepare("create", .deniedYetDone)
      default: await account.prepare("create", .refused(Failure(.noCapacity, "No instances available.")))
      }
    }
    for _ in 0..<Int.random(in: 0...9, using: &dice) {
      await account.prepare("pods", dice.once(in: 2) ? unreachable : .done)
    }
    for _ in 0..<Int.random(in: 0...2, using: &dice) {
      await account.prepare("terminate", dice.once(in: 2) ? unreachable : .unanswered(happens: dice.once(in: 2)))
    }
    let delay = [0, 20, 100].randomElement(using: &dice) ?? 0
    let offers = ["x", "y"].map { Offer(gpuTypeId: $0, cloudType: "SECURE", stock: .high, minimumBidPerGpu: 0.2) }
    await account.set { account in
      account.listDelay = TimeInterval(delay)
      account.offers = offers
    }
  }

  private func manager(of provider: any PodProvider) -> PodManager {
    PodManager(
      provider: provider,
      store: store,
      mirror: nil,
      publicKey: nil,
      time: clock.time,
      probe: { _, _, _ in .refused }
    )
  }

  private func name(_ number: Int) -> String { "schedule-\(seed)-\(number)" }

  private func create(
    _ number: Int,
    _ types: [String],
    _ manager: PodManager,
    isCancelled: Bool,
    _ end: AsyncStream<Kind>.Continuation
  ) -> Task<Pod, any Error> {
    let own = Locked<Task<Pod, any Error>?>(nil)
    let task = Task {
      defer {
        ended.withLock { _ = $0.insert(number) }
        end.yield(.finished)
      }
      while own.withLock({ $0 == nil }) { await Task.yield() }
      return try await manager.create(
        PodRequest(
          imageName: "x",
          gpuTypeIds: types,
          // None of them shares another's look at the offers.
          gpuCount: number + 1,
          bidPerGpu: 0.5,
          interruptible: account.face.hasSpotPods ? true : .prefer
        ),
        intent: name(number),
        progress: Progress { _ in if isCancelled { own.withLock { $0 }?.cancel() } }
      )
    }
    own.withLock { $0 = task }
    return task
  }

  /// The next start, some minutes later, with an API that has recovered.
  private func recover() async throws {
    await account.forgetFates()
    let manager = manager(of: account)
    for _ in 0..<3 {
      clock.advance(400)
      await manager.sweep()
    }
    _ = try await manager.list(status: nil, limit: 10, cursor: nil)
  }

  private func check(outcomes: [Task<Pod, any Error>]) async throws {
    let rows = try await store.page(status: nil, before: nil, limit: .max)
    let pods = await account.pods
    #expect(await account.createdNames.values.allSatisfy { $0 == 1 }, "seed \(seed): asked twice for one pod")
    #expect(Set(pods.values.map(\.remote.name)).count == pods.count, "seed \(seed): two pods for one request")
    #expect(
      Set(rows.filter(\.isLive).map(\.podId)) == Set(pods.keys.map(Optional.some)),
      "seed \(seed): the books and the account differ"
    )
    for (number, outcome) in outcomes.enumerated() {
      let pod = pods.values.first { $0.remote.name == name(number) }
      switch await outcome.result {
      case .success(let created):
        #expect(created.id == pod?.remote.id, "seed \(seed): the pod that was promised is gone")
      case .failure(let failure as Failure) where failure.kind == .ambiguousOutcome: break
      case .failure: #expect(pod == nil, "seed \(seed): a pod was left that its caller does not know of")
      }
    }
  }
}
