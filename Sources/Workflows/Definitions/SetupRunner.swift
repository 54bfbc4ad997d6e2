import Concurrency
import FoundationEssentials
import Outside
import Pods
import Reporting
import RunPodAPI
import Runners
import SSH
import Storage

/// Rents a pod and puts a runner on it.
enum SetupRunner: WorkflowDefinition {
  typealias Run = WorkflowRun<SetupRunner>

  struct Facts: Codable, Sendable {
    /// The names under which the pod and the runner are found again.
    var podName: String
    let runnerName: String
    /// When the pod is to be ended whatever happens.
    var endOfLife: Date?
    /// Seconds that a job may go on after that.
    var jobGrace: Double?
    /// Whether a runner of that name can only be this one; nil before it was looked.
    var ownsName: Bool?
    var podId: String?
    var host: String?
    var sshPort: Int?
    var costPerHour: Double?
    var rented: Date?
    var runner: Runner?
  }

  static let kind = WorkflowKind(rawValue: "setupRunner")
  static let isReversible = true

  static func steps(for setup: RunnerSetup) -> [Step<Self>] {
    [
      Step("rentPod", "Rent a pod", isAtomic: true, rentPod, undo: releasePod),
      Step("awaitPod", "Wait until it is ready", awaitPod),
      Step("connect", "Connect over SSH", connect),
      Step("installRunner", "Install the runner", installRunner, undo: removeRunner, patience: .seconds(20)),
      Step("validateRunner", "Validate the runner", validateRunner),
    ]
  }

  static func facts(
    for setup: RunnerSetup,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts {
    let podName = PodIntent.unique(for: setup.pod.name)
    let name = "runpod-runner-" + String(decoding: podName.utf8.suffix(12), as: UTF8.self)
    return Facts(podName: podName, runnerName: setup.terms.runnerName ?? name)
  }

  static func result(of run: isolated Run, in state: WorkflowState) async throws -> RunnerSetupResult? {
    guard state == .succeeded, let podId = run.facts.podId, let runner = run.facts.runner else { return nil }
    return RunnerSetupResult(
      podId: podId,
      host: run.facts.host,
      sshPort: run.facts.sshPort,
      runnerName: run.facts.runnerName,
      repoUrl: run.parameters.terms.repoUrl,
      runner: runner,
      costPerHour: run.facts.costPerHour,
      terminateAfter: run.facts.endOfLife,
      jobGraceSeconds: run.facts.jobGrace,
      created: run.ledger.created,
      removed: run.ledger.removed,
      warnings: run.ledger.warnings,
      durationSeconds: run.seconds
    )
  }

  static func cost(of run: isolated Run) async -> Double? {
    guard let perHour = run.facts.costPerHour, let rented = run.facts.rented else { return nil }
    return perHour * run.time.now().timeIntervalSince(rented) / 3600
  }

  static func hazard(of run: isolated Run) -> (@Sendable () async throws -> Failure)? {
    guard let podId = run.facts.podId else { return nil }
    return { [world = run.world] in try await world.loss(of: podId) }
  }

  /// A pod that was taken away is the reason for whatever went wrong on it.
  static func explain(_ failure: Failure, of run: isolated Run) async -> Failure {
    guard let podId = run.facts.podId else { return failure }
    var failure = failure
    if [.networkFailure, .sshUnreachable, .runnerInstallFailed].contains(failure.kind),
      let loss = try? await run.world.pods().lossByNow(of: podId)
    {
      failure = loss
    }
    // There will be no pod that could be resumed.
    if failure.kind == .noCapacity { failure.hint = "Bid more, or set interruptible to false." }
    return failure
  }

  // MARK: Steps

  private static func rentPod(_ run: isolated Run) async throws {
    let pod = if let known = try await rentedBefore(run) { known } else { try await rent(run) }
    guard let id = pod.id, pod.status.isLive else {
      throw Failure(.notFound, "Pod \(pod.id ?? pod.name) was rented and is gone: \(pod.status.rawValue).")
    }
    run.facts.podId = id
    run.facts.endOfLife = pod.terminateAfter
    run.facts.jobGrace = pod.jobGraceSeconds
    run.facts.costPerHour = pod.costPerHour
    run.facts.rented = pod.created
    run.didCreate(.pod(id))
  }

  private static func awaitPod(_ run: isolated Run) async throws {
    let limit = run.parameters.terms.readyTimeoutSeconds
    let podId = try await held(run, for: TimeInterval(limit) + 600)
    let pods = try await run.world.pods()
    let pod: Pod
    do {
      pod = try await pods.wait(podId, timeout: .limited(seconds: Double(limit)), progress: run.progress)
    } catch var failure as Failure where failure.kind == .timeout {
      failure.message = failure.message.bytes.replacing(PodReadiness.fate, with: "")
      throw failure
    }
    run.facts.host = pod.host
    run.facts.sshPort = pod.sshPort
  }

  private static func connect(_ run: isolated Run) async throws {
    let podId = try await held(run, for: 1200)
    let access = try await run.world.access()
    try await access.connect(podId: podId, progress: run.progress)
    if run.parameters.terms.verify == .job { try await verify(podId, run, access) }
  }

  private static func installRunner(_ run: isolated Run) async throws {
    let podId = try await held(run, for: 3600)
    let installation = run.parameters.installation(podId: podId, name: run.facts.runnerName)
    do {
      run.facts.runner = try await run.world.runners().install(installation, progress: run.progress)
    } catch let failure as Failure where run.parameters.lost("runnerToken") {
      throw failure.explainingLostToken
    }
    run.didCreate(.runner(run.facts.runnerName))
  }

  private static func validateRunner(_ run: isolated Run) async throws {
    let podId = try await held(run, for: 600)
    let runners = try await run.world.runners()
    var looks = 0
    while true {
      let runner = try await runners.status(
        podId: podId,
        repoUrl: run.parameters.terms.repoUrl,
        workDirectory: run.parameters.options.workDirectory
      )
      run.facts.runner = runner
      // A runner for one job may have had it by now.
      if [.online, .busy].contains(runner.status) || run.parameters.options.isForOneJob { break }
      looks += 1
      guard looks < 5 else {
        throw Failure(
          .runnerInstallFailed,
          "The runner \(runner.name) came online and is \(runner.status.rawValue) now: "
            + runner.reasons.joined(separator: " "),
          details: ["verdict": "notOnline", "runnerName": runner.name]
        )
      }
      try await run.time.sleep(.seconds(2))
    }
    // From here on the pod is wanted: it stays for as long as it was asked for.
    try await run.world.pods().hold(podId, for: nil)
  }
}

extension WorkflowKind {
  package static let setupRunner = SetupRunner.kind
}

extension WorkflowRequest {
  package static func setupRunner(_ setup: RunnerSetup) -> Self { Self(SetupRunner.self, setup) }
}
