import Concurrency
import Reporting
import SSH
import Testing

@testable import Runners

@Suite struct LogsTests {
  @Test func linesComeAsTheyAreButForSecrets() async throws {
    let world = World(
      .init(log: ["2026-11-24 10:00:00Z: Listening for Jobs", "@done", "token: AABF3JGZDX3P5PMEXLND6TS6FCWO6"])
    )
    let seen = Locked<[String]>([])
    let log = try await world.manager.logs(podId: "p", name: "r1", source: .listener, lines: 7) { lines in
      seen.withLock { $0 += lines }
    }
    #expect(log.lines == ["2026-11-24 10:00:00Z: Listening for Jobs", "@done", "token: ••••"])
    #expect(seen.withLock { $0 } == log.lines)
    let asked = world.pod.parameters(of: "logs")
    #expect(asked["source"] == "listener" && asked["lines"] == "7" && asked["follow"] == "" && asked["name"] == "r1")
  }

  @Test func theEndOfFollowingIsNoFailure() async throws {
    let manager = RunnerManager(
      shell: EndlessPod(),
      github: FakeGitHub(),
      workDirectory: "/opt/actions-runner",
      time: .system
    )
    #expect(try await manager.logs(podId: "p", follow: .seconds(1)).lines == ["a"])
    #expect(try await failure { try await manager.logs(podId: "p") }.kind == .timeout)
  }
}

/// A pod whose log never ends.
private struct EndlessPod: PodShell {
  func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult {
    await output(ExecOutput(stream: .stdout, bytes: Array("@log a\n".utf8)))
    throw Failure(.timeout, "The command took too long.")
  }
}
