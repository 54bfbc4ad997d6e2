/// Where a pod is in its life, as our books say it.
package enum PodStatus: String, Codable, Sendable, Hashable, CaseIterable {
  /// The intent is written; whether RunPod made the pod is not known yet.
  case pending
  /// Rented, without a public SSH port yet.
  case starting
  /// RUNNING, with a public SSH port. Whether sshd answers is for `PodManager.wait` to find out.
  case running
  /// A stop was asked for, and RunPod has not said EXITED yet.
  case stopping
  /// EXITED: the GPU is given back, the volume is kept and paid for.
  case stopped
  /// A termination was asked for, and the pod is not gone yet.
  case terminating
  /// Gone, by our wish.
  case terminated
  /// The creation was refused; there never was a pod.
  case failed
  /// Gone without our doing: ended elsewhere, or by RunPod.
  case lost

  /// Whether there may still be a pod that costs money.
  package var isLive: Bool {
    switch self {
    case .pending, .starting, .running, .stopping, .stopped, .terminating: true
    case .terminated, .failed, .lost: false
    }
  }

  /// Whether a pod with this status has its GPU, and so costs its full price.
  package var isBilled: Bool {
    switch self {
    case .pending, .starting, .running, .stopping, .terminating: true
    case .stopped, .terminated, .failed, .lost: false
    }
  }
}
