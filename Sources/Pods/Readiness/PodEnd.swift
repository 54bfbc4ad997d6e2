import Outside
package import RunPodAPI
import Storage

/// Why a pod that was waited for will not get ready.
package enum PodEnd: Sendable, Hashable {
  /// Ended by RunPod before its container ever ran: the image could not be pulled or started.
  case badImage
  /// Stopped, with RunPod's sentence about it.
  case exited(String)
  /// A spot pod whose place someone bid more for.
  case outbid
  /// Terminated, with RunPod's sentence about it.
  case terminated(String)
  /// No longer in the account's list.
  case vanished

  /// - Parameter wasUp: Whether the container was ever seen running.
  package init(of remote: RemotePod, wasUp: Bool) {
    let change = remote.lastStatusChange ?? ""
    if change.bytes.hasPrefix("Outbid") {
      self = .outbid
    } else if remote.isTerminated {
      self = .terminated(change)
    } else if !wasUp, remote.isEndedByRunPod {
      // An exit by itself before the first sign of life is a failed pull.
      self = .badImage
    } else {
      self = .exited(change)
    }
  }
}

extension PodEnd {
  /// - Returns: nil for a pod that is up, or coming up.
  init?(_ record: PodRecord) {
    let pod = Pod(record)
    let change = record.lastStatusChange ?? ""
    switch pod.status {
    case _ where pod.isOutbid: self = .outbid
    case .stopped: self = .exited(change)
    case .terminating, .terminated: self = .terminated(change.bytes.hasPrefix("Terminated") ? change : "")
    case .lost: self = change.bytes.hasPrefix("Terminated") ? .terminated(change) : .vanished
    case .pending, .failed, .starting, .running, .stopping: return nil
    }
  }
}

extension RemotePod {
  /// Whether it ended by itself. Nobody gives a reason: GraphQL says who did it, REST only that it is so.
  fileprivate var isEndedByRunPod: Bool {
    guard let change = lastStatusChange else { return true }
    return change.bytes.lowercased.bytes.hasPrefix("exited by runpod") && !change.bytes.contains("balance")
  }
}
