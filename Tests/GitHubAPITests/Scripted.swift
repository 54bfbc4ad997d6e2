import Concurrency
import FoundationEssentials
import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import GitHubAPI

/// A client whose calls are answered from a script, without any waiting.
struct Scripted {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  let transport: ScriptedTransport
  let client: GitHubClient
  let scope: RunnerScope

  let waits: Locked<[Duration]>

  init(
    _ transport: ScriptedTransport,
    token: Secret? = Secret("ghp_secret"),
    apiURL: String = "https://api.github.com/",
    repoUrl: String = "https://github.com/octo/repo"
  ) throws {
    let waits = Locked<[Duration]>([])
    self.transport = transport
    self.waits = waits
    scope = try RunnerScope(repoUrl: repoUrl)
    client = GitHubClient(
      apiURL: apiURL,
      token: token,
      transport: transport,
      time: TimeSource(now: { Self.now }, sleep: { wait in waits.withLock { $0.append(wait) } })
    )
  }

  init(status: Int = 200, _ body: String, headers: [(name: String, value: String)] = []) throws {
    try self.init(ScriptedTransport(status: status, body, headers: headers))
  }

  func failure(of call: (GitHubClient) async throws -> Void) async throws -> Failure {
    let failure = try #require(await #expect(throws: Failure.self) { try await call(client) })
    #expect(!"\(failure)".contains("ghp_secret"))
    return failure
  }
}
