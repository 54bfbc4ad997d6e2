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

  /// Takes in that a process on the pod keeps its deadlines from now on.
  mutating func keepOnPod(from time: Date) {
    keeper = DeadlineKeeper.pod.rawValue
    keeperSince = time
  }

  /// Takes in that the process on the pod, if there was one, is gone or goes by other times.
  mutating func loseKeeper() {
    guard deadlineKeeper == .pod else { return }
    keeper = DeadlineKeeper.service.rawValue
    keeperSince = nil
  }

  /// Takes in how old the container is: one that began after the process has begun without it.
  ///
  /// The word is in whole seconds and takes some time to come, which makes containers look younger: at worst the process is
  /// started once more, which changes nothing.
  mutating func notice(uptime: Int, at time: Date) {
    if let keeperSince, time - TimeInterval(uptime) > keeperSince { loseKeeper() }
  }

  /// Whether a process on the pod is still to be started that keeps its deadlines.
  ///
  /// - Parameter face: The API in use: RunPod has given up deadlines with GraphQL.
  func wantsKeeper(face: PodFace) -> Bool {
    guard isLive, state == .running else { return false }
    return deadlineKeeper == .service || deadlineKeeper == .runpod && !face.hasDeadlines
  }
}
