package import Concurrency

/// How often and how patiently a connection is tried.
package struct ConnectPolicy: Sendable {
  package var attempts: Int
  /// For one attempt: TCP, keys and authentication together.
  package var attemptTimeout: Duration
  package var backoff: Backoff

  package init(
    attempts: Int = 5,
    attemptTimeout: Duration = .seconds(30),
    backoff: Backoff = Backoff(first: .seconds(10), limit: .seconds(160))
  ) {
    self.attempts = attempts
    self.attemptTimeout = attemptTimeout
    self.backoff = backoff
  }

  /// For a pod that is expected to be there: once more after a second.
  package static var brief: ConnectPolicy {
    ConnectPolicy(attempts: 2, backoff: Backoff(first: .seconds(1), limit: .seconds(1)))
  }
}
