import Concurrency
import FoundationEssentials
import Outside
import Pods
import Reporting
import RunPodAPI
import Runners
import SSH

extension SetupRunner {
  /// The pod, held for `seconds`: should this server die, any other one ends it when they have passed.
  static func held(_ run: isolated Run, for seconds: TimeInterval) async throws -> String {
    guard let podId = run.facts.podId else { throw Failure(.notFound, "The workflow has no pod.") }
    try await run.world.pods().hold(podId, for: seconds)
    return podId
  }

  /// Asks GitHub before anything costs money: whether it lets us register runners, and whether the name is still free.
  ///
  /// - Returns: Whether a runner of that name, seen from now on, can only be ours.
  static func isNameFree(_ run: isolated Run) async throws -> Bool {
    let setup = run.parameters
    let name = run.facts.runnerName
    // A name that was made for this workflow is nobody else's.
    if setup.terms.runnerName == nil, setup.runnerToken != nil { return true }
    let isTaken: Bool
    do {
      run.progress.report("Asking GitHub about \(name)")
      isTaken = try await run.world.runners().isRegistered(name, at: setup.terms.repoUrl)
    } catch let failure as Failure where setup.runnerToken != nil && failure.isRefusedLook {
      // With a token that was given, registering needs no further rights.
      return false
    }
    guard isTaken else { return true }
    guard setup.options.replace else {
      throw Failure(
        .conflict,
        "A runner named \(name) is registered at \(setup.terms.repoUrl) already.",
        hint: "Choose another runnerName, or set replace."
      )
    }
    return false
  }

  /// The pod that an earlier life of this workflow has rented; nil when there is none, and one may be rented.
  static func rentedBefore(_ run: isolated Run) async throws -> Pod? {
    guard run.facts.ownsName != nil else {
      run.facts.ownsName = try await isNameFree(run)
      try await run.note()
      return nil
    }
    if let pod = try await run.world.pods().find(intent: run.facts.podName, progress: run.progress) { return pod }
    guard !run.parameters.hasLostPodSecrets else {
      throw Failure(
        .environmentIncomplete,
        "The service died before the pod was rented, and the pod's env and dockerArgs were not kept.",
        hint: "Start the workflow anew."
      )
    }
    // A creation that came to nothing cannot be repeated under its name.
    run.facts.podName = PodIntent.unique(for: run.parameters.pod.name)
    try await run.note()
    return nil
  }

  static func rent(_ run: isolated Run) async throws -> Pod {
    let pods = try await run.world.pods()
    return try await pods.create(
      run.parameters.rental,
      intent: run.facts.podName,
      heldFor: 900,
      grace: run.parameters.hasDefaultEnd ? pods.jobGrace : nil,
      progress: run.progress
    )
  }

  static func verify(_ podId: String, _ run: isolated Run, _ access: any PodAccess) async throws {
    let command = run.parameters.terms.verifyCommand
    run.progress.report("Running \(command)", fraction: 0.7)
    let result = try await access.exec(podId: podId, ExecRequest(command: command, timeout: .seconds(300)))
    guard result.exitCode == 0 else {
      let words = (result.stderr.isEmpty ? result.stdoutText : result.stderrText)
      let last = words.bytes.lines.last.map { ": \($0)" } ?? "."
      throw Failure(
        .runnerInstallFailed,
        "\(command) on pod \(podId) ended with \(result.exitCode.map(String.init) ?? "no exit code")\(last)",
        hint: "Choose another image or GPU type.",
        details: ["verdict": "verifyFailed"]
      )
    }
  }

  // MARK: Undoing

  static func removeRunner(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    let runner = WorkflowResource.runner(run.facts.runnerName)
    let runners = try await run.world.runners()
    if run.parameters.terms.onFailure == .keep {
      let isRegistered = try? await runners.isRegistered(runner.id, at: run.parameters.terms.repoUrl)
      if run.facts.ownsName == true, isRegistered == true { run.didCreate(runner) }
      return .left
    }
    guard let podId = run.facts.podId else { return .undone }
    // Another one's runner of the same name must not be touched.
    let isOurs = run.facts.ownsName == true || run.facts.runner != nil
    let removal = try await runners.remove(
      podId: podId,
      repoUrl: run.parameters.terms.repoUrl,
      name: isOurs ? runner.id : nil,
      workDirectory: run.parameters.options.workDirectory,
      progress: run.progress
    )
    if removal.deregistered {
      if run.ledger.created.contains(runner) { run.didRemove(runner) }
    } else if isOurs {
      run.didCreate(runner)
      throw Failure(.apiFailure, removal.warnings.joined(separator: " "))
    }
    return .undone
  }

  static func releasePod(_ run: isolated Run) async throws -> Step<Self>.Undoing {
    let pods = try await run.world.pods()
    let intent = run.facts.podName
    if run.parameters.terms.onFailure == .terminate {
      guard let id = try await pods.release(intent: intent, progress: run.progress)?.id else { return .undone }
      run.didCreate(.pod(id))
      run.didRemove(.pod(id))
      return .undone
    }
    guard let pod = try await pods.find(intent: intent, progress: run.progress), let id = pod.id, pod.status.isLive
    else { return .undone }
    run.didCreate(.pod(id))
    if run.parameters.terms.onFailure == .stop, pod.status != .stopped {
      _ = try await pods.stop(id)
    }
    // It is wanted as it is now, for as long as was asked for.
    try await pods.hold(id, for: nil)
    return .left
  }
}

extension Failure {
  /// Whether GitHub will not show us its list.
  fileprivate var isRefusedLook: Bool { [.environmentIncomplete, .forbidden, .unauthorized].contains(kind) }

  /// Of an installation for which there is no token any more.
  var explainingLostToken: Failure {
    guard isRefusedLook else { return self }
    var failure = self
    failure.message =
      "The registration token was not kept when the service died, and no other one could be had: \(message)"
    failure.hint = "Set GITHUB_TOKEN, or start the workflow anew with another token."
    return failure
  }
}
