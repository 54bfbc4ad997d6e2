import Concurrency
import Reporting

/// Tells how many bytes of a copy have passed, not more than a hundred times or so.
final class CopyProgress: Sendable {
  private let total: Int
  private let progress: Progress
  private let passed = Locked((bytes: 0, told: 0))

  /// - Parameter total: About how many bytes are to come.
  init(total: Int, progress: Progress) {
    self.total = total
    self.progress = progress
  }

  func add(_ count: Int) {
    let step = max(total / 100, 256 * 1024)
    let bytes = passed.withLock { passed -> Int? in
      passed.bytes += count
      guard passed.bytes - passed.told >= step else { return nil }
      passed.told = passed.bytes
      return passed.bytes
    }
    guard let bytes else { return }
    let fraction = total > 0 ? min(Double(bytes) / Double(total), 0.99) : nil
    progress.report("\(Self.text(bytes)) of \(Self.text(max(total, bytes)))", fraction: fraction)
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
