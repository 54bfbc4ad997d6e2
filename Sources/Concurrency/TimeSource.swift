package import FoundationEssentials

/// What time it is and how to wait: given to everything that has a deadline, so that tests can own the clock.
package struct TimeSource: Sendable {
  /// The wall clock.
  package var now: @Sendable () -> Date
  /// Waits; throws `CancellationError` when the task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void

  package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's own clock.
  package static let system = TimeSource(now: { Date() }, sleep: { try await Task.sleep(for: $0) })
}
