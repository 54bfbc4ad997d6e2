import FoundationEssentials
import Outside
import Testing

/// Swift's own conversions of these end the process.
@Suite struct LimitedTests {
  static let numbers = [0, -0.0, -1, 0x1p31, 0x1p53, 0x1p63, 1e19, 1e21, 1e300, -1e300, .infinity, -.infinity, .nan]

  @Test(arguments: numbers) func anyNumberIsADuration(seconds: Double) {
    let duration = Duration.limited(seconds: seconds)
    #expect(abs(duration.components.seconds) <= Duration.century.components.seconds)
    #expect(ContinuousClock.now + duration <= ContinuousClock.now + .century)
  }

  @Test(arguments: numbers) func anyNumberIsATime(seconds: Double) {
    let time = Date(timeIntervalSince1970: seconds).limited
    #expect(time.formatted(.iso8601).utf8.count == 20)
    #expect(Int64(exactly: (time.timeIntervalSince1970 * 1_000_000).rounded()) != nil)
  }

  @Test func anyNumberIsAWholeNumber() {
    #expect(
      Self.numbers.map { Int(limited: $0) } == [
        0, 0, -1, 1 << 31, 1 << 53, .max, .max, .max, .max, .min, .max, .min, 0,
      ]
    )
    #expect(Int(limited: 1.9) == 1)
    #expect(Int.max.plus(limited: 1) == .max)
    #expect(Int.min.plus(limited: -1) == .min)
    #expect(40.plus(limited: 2) == 42)
  }
}
