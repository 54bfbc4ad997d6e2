/// Exponential back-off with jitter, as data: ask it for the wait before each next attempt.
package struct Backoff: Sendable {
  package var first: Duration
  package var factor: Double
  package var limit: Duration
  /// The share of each wait that is random, 0...1.
  package var jitter: Double

  package init(first: Duration, factor: Double = 2, limit: Duration, jitter: Double = 0.25) {
    self.first = first
    self.factor = factor
    self.limit = limit
    self.jitter = jitter
  }

  /// The wait after failed attempt number `attempt` (1 is the first).
  ///
  /// - Parameter random: In 0..<1; decides the jittered part.
  package func delay(afterAttempt attempt: Int, random: Double = .random(in: 0..<1)) -> Duration {
    var delay = first
    for _ in 1..<max(attempt, 1) where delay < limit { delay = delay * factor }
    let bounded = min(delay, limit)
    return bounded * (1 - jitter) + bounded * (jitter * random)
  }
}
