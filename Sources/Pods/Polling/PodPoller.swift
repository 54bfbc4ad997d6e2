import Concurrency
import FoundationEssentials
import Outside
import Reporting
import RunPodAPI

/// Asks for the list of all pods on behalf of everyone who waits for one: one call a tick, however many they are.
actor PodPoller {
  /// How an asker takes what may go wrong.
  enum Patience: Sendable, Hashable {
    /// Wants the list now, and the failure when there is none.
    case urgent
    /// Waits for something to happen since `since`: at the poller's own pace, through failures that may pass.
    case patient(since: Date)
  }

  /// What a call has shown.
  struct Look: Sendable {
    /// By id.
    let pods: [String: RemotePod]
    /// Whether a pod that is not in it is not in the account.
    let isComplete: Bool
  }

  private struct Waiter: Sendable {
    let patience: Patience
    let continuation: CheckedContinuation<Look, any Error>
  }

  private let time: TimeSource
  private let fetch: @Sendable () async throws -> PodList
  // Behind a lock, so that a cancellation need not wait for the actor.
  private nonisolated let waiters = Locked<[Int: Waiter]>([:])
  private var pace = PollPace()
  private var lastWaiter = 0
  private var loop: Task<Void, Never>?
  private var pause: Task<Void, Never>?

  init(time: TimeSource, fetch: @escaping @Sendable () async throws -> PodList) {
    self.time = time
    self.fetch = fetch
  }

  /// All pods of the account, from a call that began after this one did.
  func pods(_ patience: Patience) async throws -> Look {
    lastWaiter += 1
    let number = lastWaiter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = waiters.withLock { waiters in
          if Task.isCancelled { return true }
          waiters[number] = Waiter(patience: patience, continuation: continuation)
          return false
        }
        guard !isCancelled else { return continuation.resume(throwing: CancellationError()) }
        // The loop may be pausing for others who are in less of a hurry.
        pause?.cancel()
        if loop == nil { loop = Task { await run() } }
      }
    } onCancel: {
      take(number)?.continuation.resume(throwing: CancellationError())
    }
  }

  /// How many wait for a list now.
  var waiting: Int { waiters.withLock { $0.count } }

  /// Sends everyone away and ends the loop; for the end of the service.
  func close() async {
    for number in waiters.withLock({ Array($0.keys) }) {
      take(number)?.continuation.resume(throwing: CancellationError())
    }
    pause?.cancel()
    await loop?.value
  }

  private nonisolated func take(_ number: Int) -> Waiter? {
    waiters.withLock { $0.removeValue(forKey: number) }
  }

  private func run() async {
    while true {
      let waiting = waiters.withLock { $0 }
      if waiting.isEmpty { break }
      // Those who come while the call is under way are for the next one.
      if await isDue(for: waiting.values.map(\.patience)) { await serve(waiting) }
    }
    loop = nil
  }

  /// Whether the next call is due now; pauses when it is not.
  private func isDue(for patiences: [Patience]) async -> Bool {
    let begun = patiences.compactMap { patience in if case .patient(let since) = patience { since } else { nil } }
    let delay = pace.delay(at: time.now(), youngest: begun.max(), isUrgent: patiences.contains(.urgent))
    guard delay > 0 else { return true }
    let pause = Task { [time] in
      // A newcomer cuts the pause short; the loop then looks again.
      _ = try? await time.sleep(.limited(seconds: delay))
    }
    self.pause = pause
    await pause.value
    self.pause = nil
    return false
  }

  private func serve(_ served: [Int: Waiter]) async {
    do {
      let list = try await fetch()
      pace.succeeded(at: time.now())
      // Characters: ids are ASCII where they enter.
      let pods = Dictionary(list.pods.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      let look = Look(pods: pods, isComplete: list.isComplete)
      for number in served.keys { take(number)?.continuation.resume(returning: look) }
    } catch {
      let failure = error as? Failure
      pace.failed(failure, at: time.now())
      let isFinal = failure?.isFinal ?? true
      for (number, waiter) in served where isFinal || waiter.patience == .urgent {
        take(number)?.continuation.resume(throwing: error)
      }
    }
  }
}
