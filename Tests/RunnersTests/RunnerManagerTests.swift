import Concurrency
import FoundationEssentials
import GitHubAPI
import Reporting
import Testing

@testable import Runners

@Suite struct RunnerManagerTests {
  private static let offline = GitHubRunner(id: 7, name: "r1", os: "linux", status: "offline", busy: false)
  private static let online = GitHubRunner(
    id: 7,
    name: "r1",
    os: "linux",
    status: "online",
    busy: false,
    labels: ["gpu"]
  )
  private static let instant = TimeSource(now: { Date(timeIntervalSince1970: 1_700_000_000) }, sleep: { _ in })
  private static let wish = RunnerInstallation(podId: "p", repoUrl: "https://github.com/octo/demo.git/", name: "r1")

  private func manager(_ pod: FakePod, _ github: FakeGitHub) -> RunnerManager {
    RunnerManager(shell: pod, github: github, workDirectory: "/opt/actions-runner", time: Self.instant)
  }

  private func failure(_ body: () async throws -> some Sendable) async -> Failure? {
    await #expect(throws: Failure.self) { _ = try await body() }
  }

  @Test func installedMeansThatGitHubSaidOnlineTwice() async throws {
    let pod = FakePod()
    let looks = [[], [Self.offline], [Self.online], [Self.offline], [Self.online], [Self.online]]
    let runner = try await manager(pod, FakeGitHub(.init(looks: looks))).install(Self.wish)
    #expect(runner.status == .online && runner.githubId == 7 && runner.labels == ["gpu"] && runner.mode == .supervised)
    let commands = pod.state.withLock { $0.commands }
    #expect(Array(commands.prefix(4)) == ["preflight", "install", "configure", "start"])
    #expect(commands.filter { $0 == "status" }.count == looks.count)
  }

  @Test func aRefusedTokenIsMintedOnceMore() async throws {
    let again = FakeGitHub(.init(tokens: ["stale", "t1"], looks: [[Self.online]]))
    #expect(try await manager(FakePod(), again).install(Self.wish).status == .online)
    let never = FakeGitHub(.init(tokens: ["stale", "stale", "t1"], looks: [[Self.online]]))
    #expect(await failure { try await manager(FakePod(), never).install(Self.wish) }?.kind == .unauthorized)
  }

  @Test func aGivenTokenNeedsNoGitHubToken() async throws {
    var wish = Self.wish
    wish.token = Secret("t1")
    let github = FakeGitHub(.init(tokens: [], refusesToList: true))
    #expect(try await manager(FakePod(), github).install(wish).status == .online)
  }

  @Test func whatIsThereIsKept() async throws {
    let pod = FakePod(.init(isConfigured: true))
    var wish = Self.wish
    wish.name = nil
    let runner = try await manager(pod, FakeGitHub(.init(tokens: [], looks: [[Self.online]]))).install(wish)
    #expect(runner.name == "r1")
    #expect(!pod.state.withLock { $0.commands.contains("configure") })
  }

  @Test func theDefaultNameTellsTheTime() async throws {
    var wish = Self.wish
    wish.name = nil
    var runner = Self.online
    runner.name = "runpod-runner-1700000000"
    #expect(try await manager(FakePod(), FakeGitHub(.init(looks: [[runner]]))).install(wish).name == runner.name)
  }

  @Test(arguments: [
    ("install", "checksumMismatch the archive's SHA-256 is wrong", Failure.Kind.checksumMismatch),
    ("install", "locked process 7 is working on it", .busy),
    ("preflight", "diskFull /opt has 3 MB free", .runnerInstallFailed),
    ("configure", "nameTaken a runner named r1 exists", .conflict),
    ("start", "start the runner ended", .runnerInstallFailed),
  ])
  func whatTheScriptFindsIsTold(command: String, line: String, kind: Failure.Kind) async throws {
    let pod = FakePod(.init(failures: [command: line]))
    let failure = try #require(await failure { try await manager(pod, FakeGitHub()).install(Self.wish) })
    #expect(failure.kind == kind && failure.resources["podId"] == "p")
    #expect(failure.details["verdict"] == line.split(separator: " ").first.map(String.init))
  }

  @Test func aRunnerThatNeverComesOnlineIsAFailure() async throws {
    let failure = await failure {
      try await manager(FakePod(), FakeGitHub(.init(looks: [[Self.offline]]))).install(Self.wish)
    }
    #expect(failure?.details["verdict"] == "notOnline")
  }

  @Test func badNamesAndLabelsAreRefusedBeforeThePodIsTouched() async throws {
    let pod = FakePod()
    var wish = Self.wish
    wish.name = "-x y"
    #expect(await failure { try await manager(pod, FakeGitHub()).install(wish) }?.kind == .configurationInvalid)
    wish = Self.wish
    wish.labels = ["a,b"]
    #expect(await failure { try await manager(pod, FakeGitHub()).install(wish) }?.kind == .configurationInvalid)
    #expect(pod.state.withLock { $0.commands.isEmpty })
  }

  @Test func removalFallsBackToTheAPI() async throws {
    let pod = FakePod(.init(isConfigured: true, listens: true))
    let github = FakeGitHub(.init(tokens: [], looks: [[Self.offline]]))
    let removal = try await manager(pod, github).remove(podId: "p")
    #expect(removal.deregistered && removal.filesRemoved && !removal.warnings.isEmpty)
    #expect(github.state.withLock { $0.deleted } == [7])
  }

  @Test func removalWorksWhenThePodIsGone() async throws {
    let github = FakeGitHub(.init(looks: [[Self.offline]]))
    let removal = try await manager(FakePod(.init(unreachable: true)), github)
      .remove(podId: "p", repoUrl: "https://github.com/octo/demo", name: "r1")
    #expect(removal.deregistered && !removal.filesRemoved && removal.warnings.count == 1)
    #expect(github.state.withLock { $0.deleted } == [7])
  }

  @Test func theListKnowsThePodsOfRunnersThatWereSeen() async throws {
    let manager = manager(FakePod(.init(isConfigured: true, listens: true)), FakeGitHub(.init(looks: [[Self.online]])))
    _ = try await manager.status(podId: "p")
    let listed = try await manager.list(repoUrl: "https://github.com/octo/demo")
    #expect(listed.map(\.podId) == ["p"] && listed.map(\.status) == [.online])
  }
}
