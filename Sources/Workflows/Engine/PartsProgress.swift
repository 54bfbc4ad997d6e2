import Concurrency
import Reporting

/// The progress of a workflow that has many parts at work at once: each may speak, and all shares are added up.
struct PartsProgress: Sendable {
  let count: Int
  let progress: Progress
  private let fractions = Locked<[Int: Double]>([:])

  init(count: Int, progress: Progress) {
    self.count = count
    self.progress = progress
  }

  /// Where the part number `index`, from 0, says how far it is.
  func part(_ index: Int) -> Progress {
    Progress { report($0, index) }
  }

  private func report(_ update: Progress.Update, _ index: Int) {
    let sum = fractions.withLock { fractions in
      if let fraction = update.fraction { fractions[index] = fraction }
      return fractions.values.reduce(0, +)
    }
    progress.report("\(index + 1) of \(count): \(update.message)", fraction: sum / Double(count))
  }
}
