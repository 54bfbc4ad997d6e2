import Concurrency
import FoundationEssentials
import Storage

/// Tells those who watch pods what has changed: by us, by other servers on the same books, or at RunPod.
actor PodWatcher {
  private struct Subscriber {
    /// nil: all pods.
    let ids: Set<String>?
    let continuation: AsyncStream<PodChange>.Continuation

    func hears(of pod: Pod) -> Bool {
      guard let ids else { return true }
      return pod.id.map(ids.contains) == true
    }
  }

  private let store: PodStore
  private let time: TimeSource
  // Behind a lock, so that a stream that ends need not wait for the actor.
  private nonisolated let subscribers = Locked<[Int: Subscriber]>([:])
  private var lastSubscriber = 0
  /// The live pods by number, as they were when they were last looked at.
  private var seen: [Int: Pod] = [:]
  private var isLooking = false
  private var mustLookAgain = false
  /// When something was last told, or somebody began to listen.
  private(set) var lastEvent: Date

  init(store: PodStore, time: TimeSource) {
    self.store = store
    self.time = time
    lastEvent = time.now()
  }

  nonisolated var isWatched: Bool { subscribers.withLock { !$0.isEmpty } }

  /// - Parameter ids: Pods in the books; nil: all, also those to come.
  func watch(_ ids: Set<String>?) async throws -> PodWatch {
    // Those who listen already must not miss what the newcomer sees as given.
    if isWatched { await look() } else { seen = try await store.live().byNumber }
    lastEvent = time.now()
    lastSubscriber += 1
    let number = lastSubscriber
    let (changes, continuation) = AsyncStream.makeStream(of: PodChange.self)
    let subscriber = Subscriber(ids: ids, continuation: continuation)
    subscribers.withLock { $0[number] = subscriber }
    continuation.onTermination = { [subscribers] _ in subscribers.withLock { $0[number] = nil } }
    return PodWatch(
      pods: seen.values.filter(subscriber.hears).sorted { $0.created < $1.created },
      changes: changes
    )
  }

  /// Looks at the books and tells what is new. Costs nothing when nobody watches.
  func look() async {
    guard isWatched else { return }
    mustLookAgain = true
    guard !isLooking else { return }
    isLooking = true
    while mustLookAgain {
      mustLookAgain = false
      // Books that cannot be read now are read at the next look.
      if let live = try? await store.live().byNumber { await compare(live) }
    }
    isLooking = false
  }

  /// Ends all streams; for the end of the service.
  nonisolated func close() {
    for subscriber in subscribers.withLock({ Array($0.values) }) { subscriber.continuation.finish() }
  }

  private func compare(_ live: [Int: Pod]) async {
    let before = seen
    seen = live
    for (number, pod) in live.sorted(by: { $0.key < $1.key }) where !pod.isSame(as: before[number]) {
      tell(PodChange(pod: pod, previous: before[number]?.status))
    }
    for (number, pod) in before where live[number] == nil {
      guard let record = try? await store.find(number: number) else { continue }
      tell(PodChange(pod: Pod(record), previous: pod.status))
    }
  }

  private func tell(_ change: PodChange) {
    lastEvent = time.now()
    for subscriber in subscribers.withLock({ Array($0.values) }) where subscriber.hears(of: change.pod) {
      subscriber.continuation.yield(change)
    }
  }
}

extension [PodRecord] {
  fileprivate var byNumber: [Int: Pod] { Dictionary(uniqueKeysWithValues: map { ($0.number, Pod($0)) }) }
}

extension Pod {
  /// Whether nothing has happened that would interest anybody.
  fileprivate func isSame(as other: Pod?) -> Bool {
    guard var other else { return false }
    other.updated = updated
    return self == other
  }
}
