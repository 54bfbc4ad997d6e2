import Concurrency
import Outside
import Reporting

/// Tells how many bytes of a copy have passed, and how fast, not more than a hundred times or so.
final class CopyProgress: Sendable {
  private struct State {
    var bytes = 0
    var told = 0
    /// Between these the rate is measured: over the last seconds, not since the beginning.
    var mark = (time: ContinuousClock.now, bytes: 0)
    var nextMark = (time: ContinuousClock.now, bytes: 0)

    /// Bytes a second; nil as long as it would be a guess.
    mutating func rate(at now: ContinuousClock.Instant) -> Double? {
      if now - nextMark.time >= .seconds(3) {
        mark = nextMark
        nextMark = (now, bytes)
      }
      let seconds = (now - mark.time) / .seconds(1)
      return seconds >= 0.5 ? Double(bytes - mark.bytes) / seconds : nil
    }
  }

  private let total: Int
  private let progress: Progress
  private let state = Locked(State())

  /// - Parameter total: About how many bytes are to come.
  init(total: Int, progress: Progress) {
    self.total = total
    self.progress = progress
  }

  func add(_ count: Int) {
    let step = max(total / 100, 256 * 1024)
    let due = state.withLock { state -> (bytes: Int, rate: Double?)? in
      state.bytes = state.bytes.plus(limited: count)
      guard state.bytes - state.told >= step else { return nil }
      state.told = state.bytes
      return (state.bytes, state.rate(at: .now))
    }
    guard let (bytes, rate) = due else { return }
    let fraction = total > 0 ? min(Double(bytes) / Double(total), 0.99) : nil
    let pace = rate.map { ", \(Self.text(Int($0)))/s" } ?? ""
    progress.report("\(Self.text(bytes)) of \(Self.text(max(total, bytes)))\(pace)", fraction: fraction)
  }

  /// Counts bytes that were there before.
  func skip(_ count: Int) {
    state.withLock { state in
      state.bytes = state.bytes.plus(limited: count)
      state.mark.bytes = state.mark.bytes.plus(limited: count)
      state.nextMark.bytes = state.nextMark.bytes.plus(limited: count)
    }
    if count > 0 { progress.report("\(Self.text(count)) of \(Self.text(total)) are there already") }
  }

  private static func text(_ bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let rounded = (value * 10).rounded() / 10
    return "\(unit == 0 ? "\(bytes)" : "\(rounded)") \(units[unit])"
  }
}
