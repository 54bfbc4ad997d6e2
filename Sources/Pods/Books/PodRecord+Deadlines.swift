import FoundationEssentials
import Outside
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

  /// When it is terminated even while a job runs on it: after its grace, but not after it has cost its maximum.
  var lastEnd: Date? {
    [terminateAfter.map { $0 + (grace ?? 0) }, spentUp].compactMap { $0 }.min()
  }

  /// Whether a job on the pod may go on at `time`, although the pod is due to be terminated.
  func hasGrace(at time: Date) -> Bool {
    guard grace != nil, state == .running, let lastEnd, time < lastEnd else { return false }
    return due(at: time) == .terminate && heldUntil.map { $0 > time } ?? true
  }

  /// How the sentence begins that is kept of a pod that a deadline ended.
  static let deadlineWords = "Terminated by its deadline"

  /// Whether a deadline of its own ended the pod, by whichever enforcer.
  var isEndedByDeadline: Bool {
    state == .terminated && lastStatusChange?.bytes.hasPrefix(Self.deadlineWords) == true
  }

  /// The sentence to keep of a pod that a deadline ends at `time`; nil when none of its own does.
  func sentence(at time: Date) -> String? {
    guard let end, end <= time else {
      guard let idleTimeout, deadlineKeeper == .pod else { return nil }
      return "\(Self.deadlineWords): it had no job for \(Int(limited: idleTimeout)) s"
    }
    if end == spentUp, let maxCost { return "\(Self.deadlineWords): it has cost \(maxCost.dollars)" }
    return "\(Self.deadlineWords), \(end.formatted(.iso8601))"
  }

  /// What is due at `time`.
  func due(at time: Date) -> Ending? {
    if let last = [end, heldUntil].compactMap(\.self).min(), last <= time { return .terminate }
    if let stopAfter, stopAfter <= time, meteredSince != nil { return .stop }
    return nil
  }

  /// Whether anything is to end or stop the pod.
  var hasLimits: Bool { end != nil || stopAfter != nil || idleTimeout != nil || maxCost != nil }

  /// Takes over the limits of a request.
  ///
  /// - Parameter grace: Seconds that a job may go on after the end.
  mutating func limit(by request: PodRequest, grace: TimeInterval?) {
    self.grace = grace
    terminateAfter = request.terminateAfter
    stopAfter = request.stopAfter
    idleTimeout = request.idleTimeoutSeconds
    maxCost = request.maxCost
    keeper = hasLimits ? DeadlineKeeper.service.rawValue : nil
  }

  /// Takes over the limits that a pod carries which is new to the state file.
  mutating func limit(by remote: RemotePod, at time: Date) {
    guard let tag = remote.tag else { return }
    terminateAfter = tag.end(costPerHour: remote.costPerHour)
    // A time to stop that is long past was met, and the pod resumed since.
    stopAfter = tag.stopAfter.flatMap { $0 > time || remote.carriedEnding(at: time) == .stop ? $0 : nil }
    keeper = hasLimits ? DeadlineKeeper.service.rawValue : nil
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
  var wantsKeeper: Bool { isLive && state == .running && deadlineKeeper == .service }
}

extension RemotePod {
  /// What is due at `time` by what the pod itself carries: for pods that the state file does not know.
  func carriedEnding(at time: Date) -> PodRecord.Ending? {
    guard let tag, !isTerminated else { return nil }
    if let end = tag.end(costPerHour: costPerHour), end <= time { return .terminate }
    // A container that began after that time was resumed by someone, who wants it.
    guard let stopAfter = tag.stopAfter, stopAfter <= time, let uptime = runtime?.uptimeInSeconds, !isExited,
      time - TimeInterval(uptime) < stopAfter
    else { return nil }
    return .stop
  }

  /// When the pod is to be ended or stopped next by what it carries.
  func nextCarriedEnding(after time: Date) -> Date? {
    [tag?.end(costPerHour: costPerHour), tag?.stopAfter].compactMap(\.self).filter { $0 > time }.min()
  }
}
