package import FoundationEssentials
import Outside
package import RunPodAPI
package import Subprocess

/// How far a pod is on its way to being reachable, from what was seen of it. No I/O and no clock.
///
/// Ready is what RunPod's own client means by it: RUNNING, a public port for 22, and an `SSH-` banner behind it. A status
/// alone is not enough: the port is mapped also when no sshd runs in the image.
package struct PodReadiness: Sendable {
  package enum Stage: Sendable, Hashable {
    /// Rented; the host has not reported a container yet.
    case waitingForHost
    /// The container runs; there is no public port for 22 yet.
    case waitingForPorts
    /// The port is mapped; nothing behind it says `SSH-`.
    case waitingForSSHD
    case ready
    case failed(PodEnd)
  }

  package private(set) var stage = Stage.waitingForHost
  /// When the stage was entered.
  package private(set) var since: Date
  /// The last answer from the port.
  package private(set) var lastProbe: TCPProbe.Outcome?
  /// How often the container has begun anew, at least.
  package private(set) var restarts = 0

  private let start: Date
  private let stale: (host: String, port: Int, until: Date)?
  private var endpoint: (host: String, port: Int)?
  private var wasSeen = false
  private var wasUp = false
  private var absences = 0
  /// When the container began, by its own word.
  private var began: Date?

  /// - Parameter stale: An address that is of the time before a resume, and until when RunPod may go on naming it.
  package init(start: Date, stale: (host: String, port: Int, until: Date)? = nil) {
    self.start = start
    self.stale = stale
    since = start
  }

  /// The address to ask for a banner, nil when there is none or the answer is known.
  package var endpointToProbe: (host: String, port: Int)? { stage == .waitingForSSHD ? endpoint : nil }

  /// Seconds in this stage.
  package func age(at time: Date) -> TimeInterval { max(0, time.timeIntervalSince(since)) }

  /// Takes in what a list of all pods says of this one, nil when it is not on it.
  package mutating func observe(_ remote: RemotePod?, at time: Date) {
    guard stage != .ready else { return }
    guard let remote else { return observeAbsence(at: time) }
    wasSeen = true
    absences = 0
    if remote.isTerminated || remote.isExited {
      return enter(.failed(PodEnd(of: remote, wasUp: wasUp)), at: time)
    }
    // No runtime means "not yet", and also "the host did not answer in time": what was reached stays reached.
    guard remote.desiredStatus == "RUNNING", let runtime = remote.runtime else { return }
    wasUp = true
    if let uptime = runtime.uptimeInSeconds { countRestart(time - TimeInterval(uptime)) }
    if let address = remote.publicSSH, !isStale(address, at: time) {
      endpoint = address
      enter(.waitingForSSHD, at: time)
    } else if stage == .waitingForHost {
      enter(.waitingForPorts, at: time)
    }
  }

  /// Takes in what the public port answered.
  package mutating func observe(_ probe: TCPProbe.Outcome, at time: Date) {
    guard stage == .waitingForSSHD else { return }
    lastProbe = probe
    if case .banner(let line) = probe, line.bytes.hasPrefix("SSH-") { enter(.ready, at: time) }
  }

  private mutating func observeAbsence(at time: Date) {
    absences += 1
    // A list can lag behind a creation, and a single one can be wrong.
    let isSure = wasSeen ? absences >= 2 : absences >= 2 && time.timeIntervalSince(start) > 120
    if isSure { enter(.failed(.vanished), at: time) }
  }

  private func isStale(_ address: (host: String, port: Int), at time: Date) -> Bool {
    guard let stale else { return false }
    return address == (stale.host, stale.port) && time < stale.until
  }

  /// A container whose command exits is begun anew for ever, and is never older than some seconds.
  private mutating func countRestart(_ begin: Date) {
    guard let began else { return began = begin }
    // Its word is in whole seconds, and takes some time to come.
    guard begin > began + 3 else { return }
    restarts += 1
    self.began = begin
  }

  private mutating func enter(_ stage: Stage, at time: Date) {
    guard stage != self.stage else { return }
    self.stage = stage
    since = time
  }
}
