import Concurrency
import Reporting
import SSH

@testable import Runners

/// A pod whose shell only knows `runner.sh`, and answers from a script of its own.
final class FakePod: PodShell {
  struct State {
    var isConfigured = false
    var listens = false
    var name = "r1"
    var id = 7
    var goodTokens: Set<String> = ["t1"]
    /// Seconds since the runner was started.
    var age = 1000
    /// For how many looks a job runs.
    var jobLooks = 0
    /// Lines of the status besides the usual ones, which they override.
    var extra: [String] = []
    /// Lines of the answer to `install` besides the usual one.
    var installed: [String] = []
    /// Lines of the log.
    var log: [String] = []
    var failures: [String: String] = [:]
    var unreachable = false
    /// Commands after which the connection is lost, the first time.
    var cuts: Set<String> = []
    /// What was run, and with which parameters.
    var commands: [String] = []
    var parameters: [[String: String]] = []
  }

  let state: Locked<State>

  init(_ state: State = State()) { self.state = Locked(state) }

  /// The parameters of the last run of a command.
  func parameters(of command: String) -> [String: String] {
    state.withLock { $0.parameters.last { $0["command"] == command } ?? [:] }
  }

  func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult {
    var parameters: [String: String] = [:]
    for line in String(decoding: script.prefix(4096), as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("param_") {
      let parts = line.dropFirst(6).split(separator: "=", maxSplits: 1)
      parameters[String(parts[0])] = parts[1].filter { $0 != "'" }
    }
    let (answer, isCut) = try state.withLock { state in
      (try Self.answer(&state, parameters), state.cuts.remove(parameters["command"] ?? "") != nil)
    }
    if isCut { throw Failure(.networkFailure, "The connection was lost.", retryable: false) }
    await output(ExecOutput(stream: .stdout, bytes: Array(answer.utf8)))
    return ExecResult(exitCode: 0, signal: nil, stdout: [], stderr: [], truncated: false)
  }

  private static func answer(_ state: inout State, _ parameters: [String: String]) throws -> String {
    if state.unreachable { throw Failure(.sshUnreachable, "The pod is gone.") }
    let command = parameters["command"] ?? ""
    state.commands.append(command)
    state.parameters.append(parameters)
    if let failure = state.failures[command] { return "@failure \(failure)\n" }
    switch command {
    case "preflight", "status": return "\(status(&state))@done\n"
    case "list": return (state.isConfigured ? "@runner\n\(status(&state))" : "") + "@done\n"
    case "install":
      return "@fact workDirectory=/opt/actions-runner\n" + state.installed.map { "\($0)\n" }.joined() + "@done\n"
    case "configure":
      let isGood = state.goodTokens.contains(parameters["token"] ?? "") || parameters["jit_files"] != nil
      guard isGood else { return "@failure tokenRefused no such token\n" }
      state.isConfigured = true
      state.name = parameters["name"] ?? ""
    case "start":
      state.listens = true
      state.extra.removeAll { $0 == "restarted=yes" || $0 == "state=running" }
      return "\(status(&state))@done\n"
    case "stop":
      if state.jobLooks > 0 {
        if parameters["if_idle"] == "yes" {
          state.jobLooks -= 1
          return "@failure jobRunning it works\n"
        }
        state.jobLooks = 0
        state.listens = false
        return "@fact jobCut=yes\n@done\n"
      }
      state.listens = false
    case "logs": return state.log.map { "@log \($0)\n" }.joined() + "@done\n"
    case "remove":
      let good = state.goodTokens.contains(parameters["token"] ?? "")
      (state.listens, state.isConfigured) = (false, false)
      return "@fact deregistered=\(good ? "yes" : "no")\n@fact filesRemoved=yes\n@done\n"
    default: break
    }
    return "@done\n"
  }

  private static func status(_ state: inout State) -> String {
    var lines = [
      "architecture=x64", "installed=yes", "configured=\(state.isConfigured ? "yes" : "no")",
      "workDirectory=/opt/actions-runner", "seconds=\(state.age)", "listening=yes", "saidLast=listening",
      "mode=\(state.listens ? "supervised" : "none")", "listener=\(state.listens ? "12 " : "")",
      "state=\(state.listens ? "running" : "stopped")", "worker=\(state.jobLooks > 0 ? "13 " : "")",
    ]
    if state.isConfigured {
      lines += ["url=https://github.com/octo/demo", "name=\(state.name)", "agentId=\(state.id)"]
    }
    return (lines + state.extra).map { "@fact \($0)\n" }.joined()
  }
}
