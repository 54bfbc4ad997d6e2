import Concurrency
import GitHubAPI
import Reporting
import SSH

@testable import Runners

/// A pod whose shell only knows `runner.sh`, and answers from a script of its own.
final class FakePod: PodShell {
  struct State {
    var isConfigured = false
    var listens = false
    var name = "r1"
    var goodTokens: Set<String> = ["t1"]
    var commands: [String] = []
    var failures: [String: String] = [:]
    var unreachable = false
  }

  let state: Locked<State>

  init(_ state: State = State()) { self.state = Locked(state) }

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
    let answer = try state.withLock { try Self.answer(&$0, parameters) }
    await output(ExecOutput(stream: .stdout, bytes: Array(answer.utf8)))
    return ExecResult(exitCode: 0, signal: nil, stdout: [], stderr: [], truncated: false)
  }

  private static func answer(_ state: inout State, _ parameters: [String: String]) throws -> String {
    if state.unreachable { throw Failure(.sshUnreachable, "The pod is gone.") }
    let command = parameters["command"] ?? ""
    state.commands.append(command)
    if let failure = state.failures[command] { return "@failure \(failure)\n" }
    switch command {
    case "preflight", "status":
      return """
        @fact architecture=x64
        @fact installed=yes
        @fact configured=\(state.isConfigured ? "yes" : "no")
        @fact url=https://github.com/octo/demo
        @fact name=\(state.isConfigured ? state.name : "")
        @fact agentId=\(state.isConfigured ? "7" : "")
        @fact mode=\(state.listens ? "supervised" : "none")
        @fact listener=\(state.listens ? "12 " : "")
        @fact listening=yes
        @done

        """
    case "configure":
      guard state.goodTokens.contains(parameters["token"] ?? "") else { return "@failure tokenRefused no such token\n" }
      state.isConfigured = true
      state.name = parameters["name"] ?? ""
    case "start": state.listens = true
    case "stop": state.listens = false
    case "remove":
      let good = state.goodTokens.contains(parameters["token"] ?? "")
      (state.listens, state.isConfigured) = (false, false)
      return "@fact deregistered=\(good ? "yes" : "no")\n@fact filesRemoved=yes\n@done\n"
    default: break
    }
    return "@done\n"
  }
}

/// A GitHub with a list of runners and a drawer of tokens.
final class FakeGitHub: RunnerRegistry {
  struct State {
    var tokens: [String] = ["t1"]
    /// Answers to successive looks; the last one stays.
    var looks: [[GitHubRunner]] = [[]]
    var deleted: [Int] = []
    var refusesToList = false
  }

  let state: Locked<State>

  init(_ state: State = State()) { self.state = Locked(state) }

  private func token() throws -> Secret {
    try state.withLock { state in
      guard !state.tokens.isEmpty else { throw Failure(.forbidden, "Must have admin rights.") }
      return Secret(state.tokens.removeFirst())
    }
  }

  func registrationToken(for scope: RunnerScope) async throws -> Secret { try token() }
  func removeToken(for scope: RunnerScope) async throws -> Secret { try token() }

  func runners(in scope: RunnerScope, name: String?) async throws -> [GitHubRunner] {
    try state.withLock { state in
      if state.refusesToList { throw Failure(.environmentIncomplete, "A GitHub token is needed.") }
      let look = state.looks.count > 1 ? state.looks.removeFirst() : state.looks[0]
      return look.filter { name == nil || $0.name == name }
    }
  }

  func deleteRunner(id: Int, in scope: RunnerScope) async throws {
    state.withLock { $0.deleted.append(id) }
  }

  func latestRunner(architecture: String) async throws -> RunnerRelease {
    RunnerRelease(version: "2.338.0", fileName: "runner.tar.gz", url: "https://example.com/r", sha256: "00")
  }
}
