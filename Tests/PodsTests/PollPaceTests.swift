import FoundationEssentials
import Reporting
import Testing

@testable import Pods

/// The poller's pace alone.
@Suite struct PollPaceTests {
  private let start = Date(timeIntervalSince1970: 0)

  @Test func theFirstCallIsAtOnce() {
    #expect(PollPace().delay(at: start, youngest: start, isUrgent: false) == 0)
  }

  @Test(arguments: [(0.0, 1.0), (14, 1), (60, 2), (300, 5), (3600, 10)])
  func slowsDownWithAge(age: TimeInterval, interval: TimeInterval) {
    var pace = PollPace()
    pace.succeeded(at: start + age)
    #expect(pace.delay(at: start + age, youngest: start, isUrgent: false) == interval)
    #expect(pace.delay(at: start + age + 20, youngest: start, isUrgent: false) == 0)
  }

  @Test func backsOffFromErrorsAndRecovers() {
    var pace = PollPace()
    for _ in 0..<5 { pace.failed(nil, at: start) }
    let delay = pace.delay(at: start, youngest: start, isUrgent: false)
    #expect(delay > 20 && delay <= 60)
    pace.succeeded(at: start)
    #expect(pace.delay(at: start, youngest: start, isUrgent: false) == 1)
  }

  @Test func staysAwayAsLongAsItIsAskedTo() {
    var pace = PollPace()
    pace.failed(Failure(.rateLimited, "Slow down.", details: ["retryAfterSeconds": "37"]), at: start)
    #expect(pace.delay(at: start, youngest: start, isUrgent: false) == 37)
  }

  @Test func theUrgentHardlyWait() {
    var pace = PollPace()
    pace.succeeded(at: start)
    #expect(pace.delay(at: start, youngest: nil, isUrgent: true) <= 0.25)
    #expect(pace.delay(at: start + 1, youngest: nil, isUrgent: true) == 0)
  }
}
