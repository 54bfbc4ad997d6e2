import FoundationEssentials
import RunPodAPI
import Storage

/// When a pod is to be ended or stopped, and who sees to it. No I/O and no clock.
extension PodRecord {
  /// What a deadline asks for.
  enum Ending: String { case stop, terminate }

  var deadlineKeeper: DeadlineKeeper? { keeper.flatMap(DeadlineKeeper.init) }

  /// When it is to be terminated: by its time or by its cost.
  var end: Date? {
    [terminateAfter, spentUp].compactMap { $0 }.min()
  }

  /// What is due at `time`.
  func due(at time: Date) -> Ending? {
    if let last = [end, heldUntil].compactMap(\.self).min(), last <= time { return .terminate }
    if let stopAfter, stopAfter <= time, meteredSince != nil { return .stop }
    return nil
  }

  /// Takes over the limits of a request.
  mutating func limit(by request: PodRequest, face: PodFace) {
    terminateAfter = request.terminateAfter
    stopAfter = request.stopAfter
    idleTimeout = request.idleTimeoutSeconds
    maxCost = request.maxCost
    let hasTimes = terminateAfter != nil || stopAfter != nil
    if idleTimeout != nil || maxCost != nil || hasTimes && !face.hasDeadlines {
      keeper = DeadlineKeeper.service.rawValue
    } else if hasTimes {
      keeper = DeadlineKeeper.runpod.rawValue
    }
  }

  /// Whether a process on the pod is still to be started that keeps its deadlines.
  ///
  /// - Parameter face: The API in use: RunPod has given up deadlines with GraphQL.
  func wantsKeeper(face: PodFace) -> Bool {
    guard isLive, state == .running else { return false }
    return deadlineKeeper == .service || deadlineKeeper == .runpod && !face.hasDeadlines
  }
}
