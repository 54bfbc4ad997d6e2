package import FoundationEssentials

/// Numbers that came from outside, as numbers that can be worked with: what is too large is as large as can be, and what is
/// no number is 0. Swift's own conversions end the process.

extension Duration {
  /// The longest time that anything is waited for: 36,525 days.
  package static let century = Duration.seconds(3_155_760_000)

  /// - Parameter seconds: Any number; beyond a century, in either direction, it is one.
  package static func limited(seconds: Double) -> Duration {
    guard !seconds.isNaN else { return .zero }
    return .seconds(min(max(seconds, -3_155_760_000), 3_155_760_000))
  }
}

extension Int {
  /// - Parameter value: Any number; its fraction is cut off.
  package init(limited value: Double) {
    guard !value.isNaN else { self = 0; return }
    self = Int(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }
}

extension Int {
  /// The sum, or the last number there is in its direction.
  package func plus(limited other: Int) -> Int {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }
}

extension Date {
  /// The time, between the beginning of the year 1 and the end of the year 9999, which every form of a time can say.
  package var limited: Date {
    guard !timeIntervalSince1970.isNaN else { return Date(timeIntervalSince1970: 0) }
    return Date(timeIntervalSince1970: Swift.min(Swift.max(timeIntervalSince1970, -62_135_596_800), 253_402_300_799))
  }
}
