import FoundationEssentials
import Outside
import Storage

/// What a pod has cost and when that will be enough. No I/O and no clock.
extension PodRecord {
  /// USD. A price that makes no sense must not become a sum that cannot be written.
  private static let mostSpent = 1e12

  /// USD until `time`, by what RunPod said that the pod costs an hour; without its disks.
  func cost(at time: Date) -> Double {
    guard let meteredSince, let costPerHour else { return spent }
    return min(spent + costPerHour * max(0, time.timeIntervalSince(meteredSince)) / 3600, Self.mostSpent)
  }

  /// USD an hour for each GB of a stopped pod's volume: 0.20 a month, https://docs.runpod.io/pods/pricing
  static let stoppedVolumePrice = 0.20 / 730

  /// USD an hour at present: a stopped pod still pays for its volume.
  var presentCostPerHour: Double {
    switch state {
    case .stopped: Double(volumeInGb ?? 0) * Self.stoppedVolumePrice
    case _ where state.isBilled: costPerHour ?? 0
    default: 0
    }
  }

  /// Follows a change of status or of price.
  ///
  /// - Parameter before: The row before the change.
  mutating func meter(since before: PodRecord, at time: Date) {
    let isBilled = state.isBilled && podId != nil
    let wasBilled = before.meteredSince != nil
    guard isBilled != wasBilled || costPerHour != before.costPerHour else { return }
    if wasBilled {
      spent = before.cost(at: time)
      meteredSince = time
    } else {
      // RunPod counts from the creation on, not from when we hear of it.
      meteredSince = before.state == .pending ? created : time
    }
    if !isBilled { meteredSince = nil }
    spentUp = nil
    if let meteredSince, let maxCost, let costPerHour, costPerHour > 0 {
      spentUp = (meteredSince + max(0, maxCost - spent) / costPerHour * 3600).limited
    }
    // Whoever keeps it on the pod was told another time.
    if spentUp != before.spentUp { loseKeeper() }
  }
}
