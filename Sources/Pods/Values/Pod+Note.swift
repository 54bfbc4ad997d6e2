import FoundationEssentials

extension Pod {
  /// The note on a pod without a deadline.
  package static let noDeadline =
    "Nothing ends this pod by time. pods/extend gives it a deadline, pods/terminate ends it."

  /// What ends the pod, and until when only a running service does.
  package var noteOnItsEnd: String {
    let times = [
      terminateAfter.map { "terminated at \($0.formatted(.iso8601))" },
      stopAfter.map { "stopped at \($0.formatted(.iso8601))" },
    ]
    var ends = times.compactMap(\.self)
    if let idleTimeoutSeconds { ends.append("terminated after \(Int(min(idleTimeoutSeconds, 1e9))) s without a job") }
    if maxCost != nil, terminateAfter == nil { ends.append("terminated when it has cost its maximum") }
    guard !ends.isEmpty else { return Self.noDeadline }
    let words = "It is \(ends.joined(separator: ", and "))."
    return deadlineKeeper == .pod
      ? "\(words) A process on the pod sees to that."
      : "\(words) Until pods/wait, or a running runpod-rpc, has started a process on the pod, only a running runpod-rpc or "
        + "runpod-rpc reap sees to that."
  }
}
