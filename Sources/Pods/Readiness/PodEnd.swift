package import RunPodAPI

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
    if change.hasPrefix("Outbid") {
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

extension RemotePod {
  /// Whether it ended by itself. Nobody gives a reason: GraphQL says who did it, REST only that it is so.
  fileprivate var isEndedByRunPod: Bool {
    guard let change = lastStatusChange else { return true }
    return change.lowercased().hasPrefix("exited by runpod") && !change.contains("balance")
  }
}
