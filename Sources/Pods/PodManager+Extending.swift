package import FoundationEssentials
package import Reporting
import RunPodAPI
import Storage

extension PodManager {
  /// Moves the deadlines of a pod, in the state file and in the process on the pod, at once.
  ///
  /// - Parameters:
  ///   - terminateAfter: When it is to be terminated; nil: as before.
  ///   - stopAfter: When it is to be stopped; nil: as before.
  ///   - lifetimeSeconds: The former, counted from now on.
  /// - Returns: The pod, and what still goes by the deadline of before.
  /// - Throws: `Failure(.configurationInvalid)` for a time that has passed or when nothing is to move;
  ///   `Failure(.notFound)` when there is no such pod.
  package func extend(
    _ id: String,
    terminateAfter: Date? = nil,
    stopAfter: Date? = nil,
    lifetimeSeconds: TimeInterval? = nil,
    progress: Progress = .silent
  ) async throws -> (pod: Pod, warnings: [String]) {
    let record = try await wanted(id)
    let now = try await judgedTime()
    let end = [terminateAfter, lifetimeSeconds.map { now + $0 }].compactMap(\.self).min()
    guard end != nil || stopAfter != nil else {
      throw Failure(
        .configurationInvalid,
        "Nothing says which deadline is to move.",
        hint: "Give terminateAfter, stopAfter or lifetimeSeconds."
      )
    }
    for (name, time) in [("terminateAfter", end), ("stopAfter", stopAfter)] {
      guard let time, time <= now else { continue }
      throw Failure(
        .configurationInvalid,
        "\(name) is \(time.formatted(.iso8601)), which has passed.",
        hint: "Give a time to come, or terminate the pod."
      )
    }
    let moved = try await books.change(record, flushed: true) {
      if let end {
        $0.terminateAfter = end
        // The end is one that was asked for by now.
        $0.grace = nil
      }
      if let stopAfter { $0.stopAfter = stopAfter }
      // Whoever moves a pod's end has heard of it.
      $0.isUnclaimed = false
      if record.isUnclaimed { $0.heldUntil = nil }
      $0.loseKeeper()
      if $0.deadlineKeeper == nil { $0.keeper = DeadlineKeeper.service.rawValue }
    }
    placements[id] = nil
    let told = await placed(moved, progress: progress)
    var warnings: [String] = []
    if record.deadlineKeeper == .pod, told.deadlineKeeper != .pod, let old = record.end {
      warnings.append(
        "The process on the pod could not be reached: it goes by \(old.formatted(.iso8601)) until it is. A running "
          + "runpod-rpc tries again."
      )
    }
    if let end, let remote = try? await provider.pod(id: id),
      let carried = remote.tag?.end(costPerHour: remote.costPerHour), carried < end
    {
      warnings.append(
        "The pod's environment still says \(carried.formatted(.iso8601)), which only a restart could change: a runpod-rpc "
          + "without this state file, or its reap, goes by that."
      )
    }
    return (Pod(told), warnings)
  }
}
