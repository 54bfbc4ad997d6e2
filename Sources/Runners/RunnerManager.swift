package import Concurrency
import GitHubAPI
import Outside
package import Pods
import Reporting
import SSH
package import Storage

/// GitHub Actions runners on pods. GitHub is asked from here; a pod only gets a script, and tokens that last an hour.
package actor RunnerManager {
  let shell: any PodShell
  let github: any RunnerRegistry
  /// All pods in our books.
  let pods: @Sendable () async throws -> [Pod]
  let registrations: RegistrationStore
  /// The RunPod account in use, nil where nothing is bound to one.
  let account: @Sendable () async throws -> String?
  let workDirectory: String
  let time: TimeSource
  /// Shared by those who register at the same time: GitHub limits how many it makes a minute.
  let tokens: SharedAnswers<RunnerScope, Secret>
  /// How many wait for something to happen in a scope.
  private var watchers: [RunnerScope: Int] = [:]

  /// - Parameters:
  ///   - pods: All pods in our books, for `list` to tell whose pod is gone.
  ///   - registrations: Those that were begun, for what a pod leaves behind to be found.
  ///   - account: The RunPod account in use, which registrations are bound to.
  ///   - workDirectory: Where runners are installed when nothing else is said.
  package init(
    shell: any PodShell,
    github: any RunnerRegistry,
    pods: @escaping @Sendable () async throws -> [Pod] = { [] },
    registrations: RegistrationStore = RegistrationStore(.inMemory()),
    account: @escaping @Sendable () async throws -> String? = { nil },
    workDirectory: String,
    time: TimeSource = .system
  ) {
    self.shell = shell
    self.github = github
    self.pods = pods
    self.registrations = registrations
    self.account = account
    self.workDirectory = workDirectory
    self.time = time
    tokens = SharedAnswers(lifetime: 60, time: time)
  }

  /// Runs one command of the script on a pod, and runs it again when the connection is lost meanwhile: what had been done
  /// by then is kept.
  ///
  /// - Parameters:
  ///   - secrets: Further parameters, which are masked in what the script says.
  ///   - log: Gets the lines of logs, as they come, some at a time.
  /// - Throws: `Failure` for what the script found wrong.
  func run(
    _ command: RunnerScript.Command,
    at place: RunnerPlace,
    _ parameters: [String: String] = [:],
    secrets: [String: Secret] = [:],
    timeout: Duration? = nil,
    progress: Progress = .silent,
    log: @escaping @Sendable ([String]) -> Void = { _ in }
  ) async throws -> RunnerScriptOutput {
    var script = RunnerScript(command: command, parameters: parameters, secrets: secrets)
    script.parameters["base"] = workDirectory
    script.parameters["work_dir"] = place.workDirectory
    script.parameters["name"] = place.name
    script.parameters["call"] = String(UInt64.random(in: .min ... .max), radix: 36)
    let output: RunnerScriptOutput
    let result: ExecResult
    do {
      (output, result) = try await attempt(script, on: place.podId, timeout, progress, log)
    } catch let failure as Failure where failure.kind == .networkFailure && command != .logs {
      (output, result) = try await attempt(script, on: place.podId, timeout, progress, log)
    }
    switch output.verdict {
    case .done: return output
    case .failure(let kind, let text):
      throw Failure.ofRunnerScript(verdict: kind, text: text, facts: output.facts, podId: place.podId)
    case nil:
      let words =
        result.stderrText.bytes.lines.last.map { ": \(script.scrub(String($0)))" } ?? ""
      throw Failure.ofRunnerScript(
        verdict: "died",
        text: "the runner's script ended early with code \(result.exitCode ?? -1)\(words)",
        facts: output.facts,
        podId: place.podId
      )
    }
  }

  private func attempt(
    _ script: RunnerScript,
    on podId: String,
    _ timeout: Duration?,
    _ progress: Progress,
    _ log: @escaping @Sendable ([String]) -> Void
  ) async throws -> (RunnerScriptOutput, ExecResult) {
    let state = Locked(RunnerScriptOutput(scrub: script.scrub))
    let limit = timeout ?? script.command.timeLimit
    let result = try await shell.run(podId: podId, script: script.bytes, timeout: limit) { chunk in
      guard chunk.stream == .stdout else { return }
      var lines: [String] = []
      for event in state.withLock({ $0.consume(chunk.bytes) }) {
        switch event {
        case .progress(let update): progress.report(update.message, fraction: update.fraction)
        case .log(let line): lines.append(line)
        }
      }
      if !lines.isEmpty { log(lines) }
    }
    return (state.withLock { $0 }, result)
  }

  /// Runs `body` as one of those who wait for something in a scope.
  func watching<Result: Sendable>(_ scope: RunnerScope, _ body: () async throws -> Result) async throws -> Result {
    watchers[scope, default: 0] += 1
    defer { watchers[scope] = watchers[scope].flatMap { $0 > 1 ? $0 - 1 : nil } }
    return try await body()
  }

  /// GitHub's runners of a name: asked for alone by one who waits alone, from a shared list by those who are many.
  func lookUp(_ name: String, in scope: RunnerScope) async throws -> [GitHubRunner] {
    guard watchers[scope, default: 0] > 1 else { return try await github.runners(in: scope, name: name) }
    return try await github.recentRunners(in: scope).filter { $0.name.bytes == name.bytes }
  }
}
