import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Subprocess

/// One request that waits for one pod to be ready.
struct PodWait: Sendable {
  typealias Probe = @Sendable (_ host: String, _ port: Int, _ limit: Duration) async -> TCPProbe.Outcome

  /// As RunPod's own client has it.
  private static let probeLimit = Duration.seconds(5)
  private static let probePause = Duration.seconds(1)
  /// How often the port is asked between two looks at the list.
  private static let probesPerLook = 3

  let podId: String
  let poller: PodPoller
  let probe: Probe
  let time: TimeSource
  let progress: Progress
  private let start: Date
  private let readiness: Locked<PodReadiness>

  init(
    podId: String,
    readiness: PodReadiness,
    poller: PodPoller,
    probe: @escaping Probe,
    time: TimeSource,
    progress: Progress
  ) {
    self.podId = podId
    self.poller = poller
    self.probe = probe
    self.time = time
    self.progress = progress
    start = time.now()
    self.readiness = Locked(readiness)
  }

  /// Returns when the pod is ready.
  ///
  /// - Throws: `Failure(.timeout)` with the stage and its age; another when the pod will not get ready.
  func run(timeout: Duration) async throws {
    let outcome: Void? = try await time.within(timeout) { try await untilReady() }
    if outcome == nil { throw readiness.withLock { $0 }.timeout(podId: podId, after: timeout, at: time.now()) }
  }

  private func untilReady() async throws {
    report()
    while true {
      let pods = try await poller.pods(.patient(since: start)).pods
      readiness.withLock { [now = time.now()] in $0.observe(pods[podId], at: now) }
      report()
      for _ in 0..<Self.probesPerLook {
        guard let endpoint = readiness.withLock({ $0.endpointToProbe }) else { break }
        let outcome = await probe(endpoint.host, endpoint.port, Self.probeLimit)
        readiness.withLock { [now = time.now()] in $0.observe(outcome, at: now) }
        if readiness.withLock({ $0.stage }) == .ready { break }
        try await time.sleep(Self.probePause)
      }
      switch readiness.withLock({ $0.stage }) {
      case .ready: return report()
      case .failed(let end): throw end.failure(podId: podId)
      case .waitingForHost, .waitingForPorts, .waitingForSSHD: continue
      }
    }
  }

  private func report() {
    let state = readiness.withLock { $0 }
    let age = Int(limited: state.age(at: time.now()))
    let words = state.stage == .ready ? state.summary : "\(state.summary) (\(age) s)"
    progress.report("Pod \(podId): \(words)", fraction: state.fraction)
  }
}
