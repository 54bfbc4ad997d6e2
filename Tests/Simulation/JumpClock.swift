package import Concurrency
package import FoundationEssentials

/// A clock that a test never waits for: a short sleep moves it on at once, a long one ends when it has been moved that far.
///
/// Short sleeps are those of loops, long ones are time limits.
package final class JumpClock: Sendable {
  package static let longest = Duration.seconds(60)

  private struct State {
    var now = Date(timeIntervalSince1970: 1_800_000_000)
    var sleepers: [Int: (wake: Date, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var lastSleeper = 0
  }

  private let state = Locked(State())

  package init() {}

  package var now: Date { state.withLock { $0.now } }

  package var time: TimeSource {
    TimeSource(now: { self.now }, sleep: { try await self.sleep($0) })
  }

  package func advance(_ seconds: TimeInterval) {
    let woken = state.withLock { state in
      state.now += seconds
      let due = state.sleepers.filter { $0.value.wake <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  private func sleep(_ duration: Duration) async throws {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    try Task.checkCancellation()
    if duration <= Self.longest {
      advance(seconds)
      await Task.yield()
      return try Task.checkCancellation()
    }
    let number = state.withLock { state in
      state.lastSleeper += 1
      return state.lastSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if Task.isCancelled { return true }
          state.sleepers[number] = (state.now + seconds, continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number)?.continuation }?.resume(throwing: CancellationError())
    }
  }
}
