import Concurrency
import FoundationEssentials
import GitHubAPI
import Reporting
import Testing

@testable import Runners

@Suite struct InstallTests {
  private static let online = FakeGitHub.runner()
  private static let offline = FakeGitHub.runner("r1", "offline")

  @Test func installedMeansThatGitHubSaidOnlineTwice() async throws {
    let looks = [[], [], [Self.offline], [Self.online], [Self.offline], [Self.online], [Self.online]]
    let world = World(.init(), .init(looks: looks))
    let runner = try await world.install()
    #expect(runner.status == .online && runner.githubId == 7 && runner.mode == .supervised)
    let commands = world.pod.state.withLock { $0.commands }
    #expect(Array(commands.prefix(4)) == ["preflight", "install", "configure", "start"])
    #expect(commands.filter { $0 == "status" }.count == looks.count - 2)
  }

  @Test func aConnectionThatIsLostIsNoReasonToGiveUp() async throws {
    let world = World(
      .init(cuts: ["preflight", "install", "configure", "start", "status"]),
      .init(looks: [[], [], [Self.online], [Self.online]])
    )
    #expect(try await world.install().status == .online)
    let commands = world.pod.state.withLock { $0.commands }
    #expect(commands.prefix(5) == ["preflight", "preflight", "install", "install", "configure"])
  }

  @Test func theSecondLookIsLaterForAVersionThatMayBeTooOld() async throws {
    let newest = World(.init(), .init(looks: [[], [Self.online]]))
    _ = try await newest.install()
    #expect(newest.waits.withLock { $0 } == [.seconds(2)])
    let pinned = World(.init(), .init(looks: [[], [Self.online]]))
    _ = try await pinned.install { $0.options.version = "2.337.0" }
    #expect(pinned.waits.withLock { $0 } == [.seconds(10)])
    #expect(pinned.github.state.withLock { $0.versions } == ["2.337.0"])
    #expect(pinned.pod.parameters(of: "install")["version"] == "2.337.0")
  }

  @Test func aVersionThatGitHubNoLongerServesIsNotInstalled() async throws {
    let past = Date(timeIntervalSince1970: 1_600_000_000)
    let world = World(.init(), .init(served: past))
    let refused = try await failure { try await world.install { $0.options.version = "2.300.0" } }
    #expect(refused.kind == .configurationInvalid && refused.details["verdict"] == "deprecated")
    #expect(world.pod.state.withLock { $0.commands } == ["preflight"])
    let future = World(.init(), .init(looks: [[], [Self.online]], served: Date(timeIntervalSince1970: 1_800_000_000)))
    #expect(try await future.install { $0.options.version = "2.300.0" }.status == .online)
  }

  @Test func aRunnerThatDiesAfterListeningIsFoundOut() async throws {
    let world = World(
      .init(extra: ["listener=", "mode=none", "state=deprecated"]),
      .init(looks: [[], [Self.offline]])
    )
    let died = try await failure { try await world.install() }
    #expect(died.kind == .runnerInstallFailed && died.details["verdict"] == "deprecated")
  }

  @Test func aRunnerThatNeverComesOnlineIsAFailure() async throws {
    let world = World(.init(), .init(looks: [[], [Self.offline]]))
    let late = try await failure { try await world.install() }
    #expect(late.details["verdict"] == "notOnline" && late.details["status"] == "offline")
    #expect(late.resources == ["podId": "p", "runnerName": "r1"])
  }

  @Test func oneJobMayBeDoneBeforeItIsLookedFor() async throws {
    let world = World(.init(extra: ["configured=no", "listener=", "mode=none", "state=finished"]), .init(looks: [[]]))
    #expect(try await world.install { $0.options.ephemeral = true }.status == .installed)
    #expect(world.pod.parameters(of: "configure")["ephemeral"] == "yes")
  }

  @Test func aGivenTokenNeedsNoGitHubToken() async throws {
    let world = World(.init(), .init(tokens: [], refusesToList: true))
    let runner = try await world.install { $0.token = Secret("t1") }
    #expect(runner.status == .online && runner.reasons.contains { $0.hasPrefix("GitHub was not asked") })
  }

  @Test func whatIsThereIsKept() async throws {
    let world = World(.init(isConfigured: true), .init(tokens: [], looks: [[Self.online]]))
    #expect(try await world.install { $0.name = nil }.name == "r1")
    #expect(!world.pod.state.withLock { $0.commands.contains("configure") })
  }

  @Test func theDefaultNameIsThePods() async throws {
    let runner = FakeGitHub.runner("runpod-p")
    let world = World(.init(), .init(looks: [[], [runner]]))
    #expect(try await world.install { $0.name = nil }.name == "runpod-p")
    let configured = world.pod.parameters(of: "configure")
    #expect(configured["work_dir"] == "/opt/actions-runner" && configured["labels"] == "runpod-pod-p")
  }

  @Test(arguments: [
    ("install", "checksumMismatch the archive's SHA-256 is wrong", Failure.Kind.checksumMismatch),
    ("install", "locked process 7 is working on it", .busy),
    ("preflight", "diskFull /opt has 3 MB free", .runnerInstallFailed),
    ("preflight", "ambiguous there are several runners: a b", .conflict),
    ("configure", "nameTaken a runner named r1 exists", .conflict),
    ("configure", "groupUnknown there is no runner group x", .configurationInvalid),
    ("start", "start the runner ended", .runnerInstallFailed),
  ])
  func whatTheScriptFindsIsTold(command: String, line: String, kind: Failure.Kind) async throws {
    let world = World(.init(failures: [command: line]))
    let told = try await failure { try await world.install() }
    #expect(told.kind == kind && told.resources["podId"] == "p" && told.hint != nil)
    #expect(told.details["verdict"] == line.split(separator: " ").first.map(String.init))
  }

  @Test(
    arguments: [
      { $0.name = "-x y" }, { $0.name = ".." }, { $0.options.labels = ["a,b"] }, { $0.options.runnerGroup = "gpus" },
      { $0.options.version = "latest; rm" }, { $0.options.packages = ["git", "$(reboot)"] },
      {
        $0.options.jit = true
        $0.token = Secret("t1")
      },
    ] as [@Sendable (inout RunnerInstallation) -> Void]
  )
  func whatCannotBeIsRefusedBeforeThePodIsTouched(change: @Sendable (inout RunnerInstallation) -> Void) async throws {
    let world = World()
    #expect(try await failure { try await world.install(change) }.kind == .configurationInvalid)
    #expect(world.pod.state.withLock { $0.commands.isEmpty })
  }

  @Test func manyThatWaitShareTheirLooks() async throws {
    let names = (0..<20).map { "r\($0)" }
    let github = FakeGitHub(.init(tokens: ["t1"], looks: [names.enumerated().map { FakeGitHub.runner($1, id: $0) }]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      let manager = RunnerManager(
        shell: FakePod(),
        github: github,
        workDirectory: "/opt/actions-runner",
        time: .system
      )
      for name in names {
        group.addTask {
          try await manager.watching(RunnerScope(repoUrl: World.repo)) {
            try await Task.sleep(for: .milliseconds(20))
            #expect(try await manager.lookUp(name, in: RunnerScope(repoUrl: World.repo)).map(\.name) == [name])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(github.state.withLock { $0.sharedLooks } >= 19)
  }
}
