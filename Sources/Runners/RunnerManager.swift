package import Concurrency
package import GitHubAPI
package import Reporting
package import SSH

/// GitHub Actions runners on pods. GitHub is asked from here; a pod only gets a script, and tokens that last an hour.
package actor RunnerManager {
  let shell: any PodShell
  let github: any RunnerRegistry
  let workDirectory: String
  let time: TimeSource
  /// Pods by the names of the runners that were seen on them.
  private var pods: [String: String] = [:]

  /// - Parameters:
  ///   - target: Where a pod's SSH server is, by the pod's id.
  ///   - workDirectory: Where runners are installed when nothing else is said.
  package init(
    ssh: SSHConnections,
    target: @escaping @Sendable (String) async throws -> SSHTarget,
    github: GitHubClient,
    workDirectory: String = "/opt/actions-runner",
    time: TimeSource = .system
  ) {
    self.init(
      shell: SSHPodShell(connections: ssh, target: target),
      github: github,
      workDirectory: workDirectory,
      time: time
    )
  }

  package init(shell: any PodShell, github: any RunnerRegistry, workDirectory: String, time: TimeSource) {
    self.shell = shell
    self.github = github
    self.workDirectory = workDirectory
    self.time = time
  }

  /// Starts an installed runner and waits until it listens; one that runs already is left alone.
  ///
  /// - Throws: `Failure`: `notFound` when the pod has no registered runner, `runnerInstallFailed` when it will not start.
  package func start(
    podId: String,
    workDirectory: String? = nil,
    progress: Progress = .silent
  ) async throws -> Runner {
    let output = try await run(.start, on: podId, at: workDirectory, progress: progress)
    return adding(output.warnings, to: try await status(podId: podId, workDirectory: workDirectory))
  }

  /// Stops a runner: interrupts it, and ends it by force when it does not end.
  ///
  /// - Returns: The runner; its reasons say whether a job was cut.
  package func stop(
    podId: String,
    workDirectory: String? = nil,
    progress: Progress = .silent
  ) async throws -> Runner {
    let output = try await run(.stop, on: podId, at: workDirectory, progress: progress)
    let remarks =
      (output.fact("jobCut") == nil ? [] : ["A job was cut."])
      + (output.fact("killed") == nil ? [] : ["It had to be killed."])
    return adding(remarks + output.warnings, to: try await status(podId: podId, workDirectory: workDirectory))
  }

  /// How a pod's runner is, by its processes and by GitHub.
  ///
  /// - Parameter repoUrl: Where it is registered, if the pod's own word is not to be taken for it.
  package func status(podId: String, repoUrl: String? = nil, workDirectory: String? = nil) async throws -> Runner {
    let report = PodReport(try await run(.status, on: podId, at: workDirectory))
    return try await runner(podId: podId, report: report, repoUrl: repoUrl)
  }

  /// The runners that GitHub knows in one place. `podId` tells those that this process has seen on a pod.
  ///
  /// - Parameter name: Only the runner of this name.
  package func list(repoUrl: String, name: String? = nil) async throws -> [Runner] {
    let scope = try RunnerScope(repoUrl: repoUrl)
    let found = try await github.runners(in: scope, name: name)
    return found.filter { name == nil || $0.name == name }.map { runner in
      Runner(
        name: runner.name,
        podId: pods[runner.name],
        repoUrl: scope.webURL,
        status: runner.busy ? .busy : runner.status == "online" ? .online : .offline,
        version: runner.version,
        labels: runner.labels,
        githubId: runner.id,
        busy: runner.busy,
        reasons: ["GitHub says so; the pod was not asked."]
      )
    }
  }

  // MARK: Parts

  func runner(podId: String, report: PodReport, repoUrl: String?) async throws -> Runner {
    let registration = try await registration(report, repoUrl: repoUrl)
    let assessment = RunnerAssessment(pod: report, registration: registration)
    var runner = Runner(
      name: report.name ?? "",
      podId: podId,
      repoUrl: report.url ?? repoUrl,
      status: assessment.status,
      mode: report.mode,
      version: report.version,
      githubId: report.githubId,
      busy: assessment.status == .busy,
      workDirectory: report.workDirectory,
      reasons: assessment.reasons
    )
    if case .present(let known) = registration {
      runner.labels = known.labels
      runner.githubId = known.id
    }
    if !runner.name.isEmpty { pods[runner.name] = podId }
    return runner
  }

  /// What GitHub says about the runner of a report. That it will not say is no failure.
  private func registration(_ report: PodReport, repoUrl: String?) async throws -> RunnerAssessment.Registration {
    guard let name = report.name, let url = repoUrl ?? report.url else {
      return .notAsked(reason: "there is no name to ask for.")
    }
    do {
      let found = try await github.runners(in: try RunnerScope(repoUrl: url), name: name)
      return found.first { $0.name == name }.map { .present($0) } ?? .absent
    } catch let failure as Failure {
      return .notAsked(reason: failure.message)
    }
  }

  /// Runs one command of the script on a pod.
  ///
  /// - Throws: `Failure` for what the script found wrong.
  func run(
    _ command: RunnerScript.Command,
    on podId: String,
    at directory: String?,
    _ parameters: [String: String] = [:],
    progress: Progress = .silent
  ) async throws -> RunnerScriptOutput {
    var script = RunnerScript(command: command, parameters: parameters)
    script.parameters["work_dir"] = directory ?? workDirectory
    let state = Locked(RunnerScriptOutput())
    let result = try await shell.run(podId: podId, script: script.bytes, timeout: command.timeLimit) { chunk in
      guard chunk.stream == .stdout else { return }
      for update in state.withLock({ $0.consume(chunk.bytes) }) {
        progress.report(update.message, fraction: update.fraction)
      }
    }
    let output = state.withLock { $0 }
    switch output.verdict {
    case .done: return output
    case .failure(let kind, let text):
      throw Failure.ofRunnerScript(verdict: kind, text: text, facts: output.facts, podId: podId)
    case nil:
      let words = result.stderrText.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw Failure.ofRunnerScript(
        verdict: "died",
        text: "the runner's script ended early with code \(result.exitCode ?? -1)\(words)",
        facts: output.facts,
        podId: podId
      )
    }
  }

  private func adding(_ remarks: [String], to runner: Runner) -> Runner {
    var runner = runner
    runner.reasons += remarks
    return runner
  }
}
