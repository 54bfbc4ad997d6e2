import Concurrency
import Testing

@Suite struct BackoffTests {
  let backoff = Backoff(first: .seconds(10), limit: .seconds(60), jitter: 0.5)

  @Test(arguments: zip([1, 2, 3, 4, 50], [10, 20, 40, 60, 60]))
  func doublesUpToTheLimit(attempt: Int, seconds: Int) {
    #expect(backoff.delay(afterAttempt: attempt, random: 1) == .seconds(seconds))
    #expect(backoff.delay(afterAttempt: attempt, random: 0) == .seconds(seconds) * 0.5)
  }
}
