import Concurrency
package import Reporting

extension RunnerManager {
  private static let lookInterval = Duration.seconds(2)

  /// Starts an installed runner and waits until GitHub has said twice that it is online; one that runs already is left alone.
  ///
  /// - Throws: `Failure`: `notFound` when the pod has no registered runner, `runnerInstallFailed` when it will not start or does
  ///   not come online.
  package func start(
    podId: String,
    name: String? = nil,
    workDirectory: String? = nil,
    progress: Progress = .silent
  ) async throws -> Runner {
    let place = RunnerPlace(podId: podId, name: name, workDirectory: workDirectory)
    return try await start(at: place, repoUrl: nil, isNewest: false, progress: progress)
  }

  /// - Parameter isNewest: Whether its version was the newest a moment ago, so that GitHub will not turn it away.
  func start(at place: RunnerPlace, repoUrl: String?, isNewest: Bool, progress: Progress) async throws -> Runner {
    let output = try await run(.start, at: place, progress: progress.part(0...0.5))
    var runner = try await awaitOnline(
      place,
      repoUrl: repoUrl,
      looked: PodReport(output.facts),
      // Runners that GitHub no longer serves come online, and then end.
      settling: .seconds(isNewest || output.facts["started"] == "already" ? 2 : 10),
      progress: progress.part(0.5...1)
    )
    runner.reasons += output.warnings
    if output.facts["jobCut"] != nil {
      runner.jobCut = true
      runner.reasons.append("A job was cut.")
    }
    return runner
  }

  /// Waits for two good looks in a row, the second one `settling` after the first.
  ///
  /// - Parameter looked: What the pod says now.
  private func awaitOnline(
    _ place: RunnerPlace,
    repoUrl: String?,
    looked: PodReport,
    settling: Duration,
    progress: Progress
  ) async throws -> Runner {
    var report = looked
    var goodLooks = 0
    var looks = 0
    while true {
      let runner = try await runner(on: place.podId, report, repoUrl: repoUrl)
      looks += 1
      goodLooks = runner.status.isGood ? goodLooks + 1 : 0
      // One that takes a single job may have done it by now.
      if goodLooks == 2 || (!report.isConfigured && report.state == .finished) {
        progress.report("\(runner.name) is \(runner.status.rawValue)", fraction: 1)
        return runner
      }
      // GitHub keeps the session of a run that was killed for four minutes.
      let limit = report.activity == .conflict ? 150 : 60
      let isLost = runner.status == .deprecated || (runner.status == .orphan && !report.hasListener)
      guard looks < limit, !isLost else { throw notOnline(runner, on: place) }
      let message =
        goodLooks == 1 ? "\(runner.name) is online; looking again" : "Waiting for GitHub to see \(runner.name) online"
      progress.report(message, fraction: Double(looks) / Double(limit))
      try await time.sleep(goodLooks == 1 ? settling : Self.lookInterval)
      report = try await look(at: place)
    }
  }

  private func notOnline(_ runner: Runner, on place: RunnerPlace) -> Failure {
    let directory = runner.workDirectory ?? workDirectory
    let isDeprecated = runner.status == .deprecated
    return Failure(
      .runnerInstallFailed,
      "The runner \(runner.name) on pod \(place.podId) did not come online: \(runner.reasons.joined(separator: " "))",
      hint: isDeprecated
        ? "Remove it, and install the newest version."
        : "Read its log with runners/logs; it is \(directory)/runner.log on the pod.",
      resources: ["podId": place.podId, "runnerName": runner.name],
      details: ["verdict": isDeprecated ? "deprecated" : "notOnline", "status": runner.status.rawValue]
    )
  }
}
