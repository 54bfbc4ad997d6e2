import FoundationEssentials
import Outside
import RunPodAPI
import Storage

/// How a row of the books follows what is done and seen. No I/O and no clock.
extension PodRecord {
  /// By how much RunPod's clock may be ahead of ours, or its deadlines, which are whole seconds, before ours.
  private static let clockDifference: TimeInterval = 60
  /// How long a pod may be missing from RunPod's list after it was made or changed.
  static let listDelay: TimeInterval = 120
  /// How long an unanswered creation may still turn into a pod: well above any time limit of the call.
  static let creationDelay: TimeInterval = 300
  /// How long RunPod may say RUNNING after a stop before we believe it more than our wish.
  private static let stopDelay: TimeInterval = 120
  /// How long RunPod may name the old port after a resume: 90 s have been seen.
  private static let staleDelay: TimeInterval = 90

  /// A word that this version does not know can only have been written by a newer one, which migrates the file.
  var state: PodStatus { PodStatus(rawValue: status) ?? .lost }

  /// What is kept of a stop of ours where RunPod has no sentence for it.
  static let stopWords = "Stopped by pods/stop"

  var wasStoppedHere: Bool { [.stopping, .stopped].contains(state) && lastStatusChange?.bytes == Self.stopWords.bytes }

  mutating func become(_ status: PodStatus, at time: Date) {
    let before = self
    enter(status, at: time)
    meter(since: before, at: time)
  }

  private mutating func enter(_ status: PodStatus, at time: Date) {
    isLive = status.isLive
    updated = time
    if status == state { return }
    // Someone else ended it: the process on the pod, or another server.
    if status == .terminated, state != .terminating, let sentence = sentence(at: time + Self.clockDifference) {
      lastStatusChange = sentence
    }
    self.status = status.rawValue
    statusSince = time
    // A stop takes every process along.
    if [.stopped, .starting].contains(status) { loseKeeper() }
  }

  /// Where the pod can be reached.
  var endpoint: (host: String, port: Int)? { state == .running ? lastEndpoint : nil }

  /// Where it can be reached, or could be before it was stopped.
  private var lastEndpoint: (host: String, port: Int)? {
    guard let host, let sshPort else { return nil }
    return (host, sshPort)
  }

  /// An address not to believe in, and until when: after a resume RunPod may go on naming the port of before, which leads
  /// nowhere, or to somebody else's pod.
  var staleEndpoint: (host: String, port: Int, until: Date)? {
    guard state == .starting, let lastEndpoint else { return nil }
    return (lastEndpoint.host, lastEndpoint.port, statusSince + Self.staleDelay)
  }

  /// The address in what RunPod said, unless it is one not to believe in.
  private func address(in remote: RemotePod, at time: Date) -> (host: String, port: Int)? {
    guard let address = remote.publicSSH else { return nil }
    if let staleEndpoint, address == (staleEndpoint.host, staleEndpoint.port), time < staleEndpoint.until { return nil }
    return address
  }

  /// Takes in what RunPod said about the pod.
  mutating func take(_ remote: RemotePod, at time: Date) {
    let before = self
    podId = remote.id
    // Its creation was reported as failed: nobody wants what came of it after all.
    if state == .failed { endNow(at: time) }
    if intent == nil {
      // What we did not ask for ourselves is known from here only. Answers to single calls are not complete.
      if !remote.name.isEmpty { name = remote.name }
      imageName = remote.imageName ?? imageName
      gpuTypeId = remote.gpuTypeId ?? gpuTypeId
      gpuCount = remote.gpuCount ?? gpuCount
      interruptible = remote.interruptible ?? interruptible
    }
    desiredStatus = remote.desiredStatus
    // RunPod's sentence does not tell that it was a deadline.
    if lastStatusChange?.bytes.hasPrefix(Self.deadlineWords) != true {
      lastStatusChange = remote.lastStatusChange ?? lastStatusChange
    }
    machineId = remote.machineId ?? machineId
    cloudType = remote.cloudType ?? cloudType
    dataCenterId = remote.dataCenterId ?? dataCenterId
    volumeInGb = remote.volumeInGb ?? volumeInGb
    costPerHour = remote.costPerHour ?? costPerHour
    let address = address(in: remote, at: time)
    enter(status(of: remote, hasAddress: address != nil, at: time), at: time)
    if state == .running, let address {
      host = address.host
      sshPort = address.port
    }
    if state == .running, let uptime = remote.runtime?.uptimeInSeconds { notice(uptime: uptime, at: time) }
    meter(since: before, at: time)
    updated = before.updated
    if self != before { updated = time }
  }

  /// Takes in that it is to be terminated now, whatever runs on it.
  mutating func endNow(at time: Date) {
    terminateAfter = min(terminateAfter ?? time, time)
    grace = nil
  }

  /// Takes in that RunPod does not know the pod, or no longer.
  ///
  /// - Parameter isSure: Whether it was asked for this one.
  mutating func miss(at time: Date, isSure: Bool = false) {
    switch state {
    case .terminating: become(.terminated, at: time)
    case .pending where time.timeIntervalSince(created) > Self.creationDelay: become(.failed, at: time)
    case .running where isSure, .stopping where isSure: become(gone(at: time), at: time)
    case .starting, .running, .stopping, .stopped:
      if time.timeIntervalSince(statusSince) > Self.listDelay { become(gone(at: time), at: time) }
    case .pending, .terminated, .failed, .lost: break
    }
  }

  /// What a pod has become that is not there any more: one that a limit of its own has ended was not lost.
  private func gone(at time: Date) -> PodStatus {
    due(at: time + Self.clockDifference) == .terminate || idleTimeout != nil && deadlineKeeper == .pod
      ? .terminated : .lost
  }

  private func status(of remote: RemotePod, hasAddress: Bool, at time: Date) -> PodStatus {
    let isEndWished = state == .terminating || state == .terminated
    if remote.isTerminated { return isEndWished ? .terminated : gone(at: time) }
    // Seen alive after we thought that it was gone: the wish stands, and someone has to see to it.
    if isEndWished { return .terminating }
    if remote.isExited { return .stopped }
    if state == .stopping, time.timeIntervalSince(statusSince) < Self.stopDelay { return .stopping }
    if hasAddress { return .running }
    // RunPod also leaves the runtime out when its question to the host took too long.
    return state == .running ? .running : .starting
  }
}

extension RemotePod {
  /// RunPod writes EXITED for terminated pods as well; only its sentence tells them apart.
  var isTerminated: Bool {
    desiredStatus == "TERMINATED" || isExited && lastStatusChange?.bytes.hasPrefix("Terminated") == true
  }

  var isExited: Bool { ["EXITED", "DEAD", "ERROR"].contains(desiredStatus) }
}
