import Concurrency
import FoundationEssentials
import Reporting

/// When to ask RunPod for the list again. No I/O and no clock.
///
/// Quick while a pod is young, since most are ready within half a minute; slower the longer everyone has waited. The API's
/// limits are not published; none that was seen is near one call a second for some seconds, or 30 a minute after that.
struct PollPace: Sendable {
  /// Many who end their pods at the same time still share a handful of calls.
  private static let urgentInterval: TimeInterval = 0.25

  private var last: Date?
  private var errors = 0
  private var notBefore: Date?
  private let backoff = Backoff(first: .seconds(2), limit: .seconds(60))

  /// Seconds until the next call is due.
  ///
  /// - Parameters:
  ///   - youngest: When the wait began that began last, nil when nobody waits for something to happen.
  ///   - isUrgent: Whether someone waits for the list itself.
  func delay(at now: Date, youngest: Date?, isUrgent: Bool) -> TimeInterval {
    guard let last else { return 0 }
    if isUrgent { return max(0, (last + Self.urgentInterval).timeIntervalSince(now)) }
    let due = last + interval(age: youngest.map { now.timeIntervalSince($0) } ?? 0)
    return max(0, max(due, notBefore ?? due).timeIntervalSince(now))
  }

  mutating func succeeded(at now: Date) {
    last = now
    errors = 0
    notBefore = nil
  }

  mutating func failed(_ failure: Failure?, at now: Date) {
    last = now
    errors += 1
    let wait = failure?.retryAfter ?? backoff.delay(afterAttempt: errors).inSeconds
    notBefore = now + wait
  }

  private func interval(age: TimeInterval) -> TimeInterval {
    switch age {
    case ..<15: 1
    case ..<120: 2
    case ..<600: 5
    default: 10
    }
  }
}

extension Failure {
  /// Seconds that the API asked us to stay away.
  var retryAfter: TimeInterval? { details["retryAfterSeconds"].flatMap(TimeInterval.init) }

  /// Whether asking again is pointless until somebody changes something.
  var isFinal: Bool {
    [.unauthorized, .forbidden, .apiRetired, .environmentIncomplete, .configurationInvalid, .storeFailure].contains(
      kind
    )
  }
}
