import Concurrency

/// When nothing is begun on any pod: time for what is in no hurry.
final class QuietMoment: Sendable {
  private let length: Duration
  private let lastDisturbed = Locked(ContinuousClock.now)

  /// - Parameter length: For how long nothing must have been begun.
  init(length: Duration = .milliseconds(250)) {
    self.length = length
  }

  /// Something is begun.
  func disturb() { lastDisturbed.withLock { $0 = .now } }

  /// - Throws: `CancellationError`.
  func wait() async throws {
    while true {
      let rest = lastDisturbed.withLock { $0 } + length - .now
      guard rest > .zero else { return }
      try await Task.sleep(for: rest)
    }
  }
}
