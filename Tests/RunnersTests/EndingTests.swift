import Concurrency
import GitHubAPI
import Reporting
import Testing

@testable import Runners

@Suite struct EndingTests {
  private static let offline = FakeGitHub.runner("r1", "offline")
  private static let running = FakePod.State(isConfigured: true, listens: true)

  // MARK: Stopping

  @Test func aJobIsCutAndThatIsSaid() async throws {
    var pod = Self.running
    pod.jobLooks = 1
    let world = World(pod, .init(looks: [[Self.offline]]))
    let runner = try await world.manager.stop(podId: "p")
    #expect(runner.status == .stopped && runner.jobCut == true && runner.reasons.contains("A job was cut."))
    let idle = try await World(Self.running, .init(looks: [[Self.offline]])).manager.stop(podId: "p")
    #expect(idle.jobCut == false)
  }

  @Test func aStopWhoseAnswerIsLostIsKnownByThePodWhenItComesAgain() async throws {
    var pod = Self.running
    pod.cuts = ["stop"]
    let world = World(pod, .init(looks: [[Self.offline]]))
    for _ in 1...2 { _ = try await world.manager.stop(podId: "p") }
    let calls = world.pod.state.withLock { $0.parameters.filter { $0["command"] == "stop" }.map { $0["call"] } }
    #expect(calls.count == 3 && calls[0] == calls[1] && calls[1] != calls[2])
  }

  @Test func drainingWaitsForTheJob() async throws {
    var pod = Self.running
    pod.jobLooks = 3
    let world = World(pod, .init(looks: [[Self.offline]]))
    let runner = try await world.manager.stop(podId: "p", drain: .seconds(60))
    #expect(runner.status == .stopped && runner.jobCut == false)
    #expect(world.waits.withLock { $0.count } == 3)
  }

  @Test func aJobThatOutlastsTheDrainIsLeftRunning() async throws {
    var pod = Self.running
    pod.jobLooks = 100
    let world = World(pod, .init(looks: [[Self.offline]]))
    let late = try await failure { try await world.manager.stop(podId: "p", drain: .seconds(10)) }
    #expect(late.kind == .timeout && world.pod.state.withLock { $0.listens })
    let removal = try await failure { try await world.manager.remove(podId: "p", drain: .seconds(10)) }
    #expect(removal.kind == .timeout && world.pod.state.withLock { $0.isConfigured })
  }

  // MARK: Removing

  @Test func removalFallsBackToTheAPIAndMakesSure() async throws {
    let world = World(Self.running, .init(tokens: [], looks: [[Self.offline]], stubborn: [7]))
    let removal = try await world.manager.remove(podId: "p")
    #expect(removal.deregistered && removal.filesRemoved && !removal.warnings.isEmpty)
    #expect(world.github.state.withLock { $0.deleted } == [7])
  }

  @Test func aRegistrationThatWillNotGoIsNotCalledGone() async throws {
    let world = World(Self.running, .init(tokens: ["t1"], looks: [[Self.offline]], immortal: [7]))
    let removal = try await world.manager.remove(podId: "p")
    #expect(!removal.deregistered && removal.filesRemoved && removal.warnings == ["r1 is still in GitHub's list."])
  }

  @Test func removalWorksWhenThePodIsGone() async throws {
    let world = World(.init(unreachable: true), .init(looks: [[Self.offline]]))
    let removal = try await world.manager.remove(podId: "p", repoUrl: World.repo, name: "r1")
    #expect(removal.deregistered && !removal.filesRemoved && removal.warnings.count == 1)
    #expect(world.github.state.withLock { $0.deleted } == [7])
  }

  @Test func allThatAPodLeftBehindGoesWithoutItsNames() async throws {
    let list = [
      FakeGitHub.runner("a", id: 1, "offline"), FakeGitHub.runner("b", id: 2, "offline"),
      FakeGitHub.runner("c", id: 3, "offline", pod: "other"), FakeGitHub.runner("d", id: 4, "offline", pod: nil),
      FakeGitHub.runner("e", id: 5, "online"),
    ]
    let world = World(.init(unreachable: true), .init(looks: [list]))
    let removal = try await world.manager.remove(podId: "p", repoUrl: World.repo)
    #expect(removal.deregistered && removal.warnings.contains { $0.contains("shows e online") })
    #expect(world.github.state.withLock { $0.deleted } == [1, 2])
  }

  @Test func aNewerRegistrationOfTheSameNameIsSomeoneElses() async throws {
    let newer = FakeGitHub.runner("r1", id: 99, "online", pod: "other")
    let world = World(Self.running, .init(tokens: ["t1"], looks: [[newer]]))
    #expect(try await world.manager.remove(podId: "p").deregistered)
    #expect(world.github.state.withLock { $0.deleted.isEmpty })
  }

  @Test func aRegistrationCanGoWithoutAnyPod() async throws {
    let world = World(.init(), .init(looks: [[Self.offline]]))
    #expect(try await world.manager.remove(podId: nil, repoUrl: World.repo, name: "r1").deregistered)
    #expect(world.pod.state.withLock { $0.commands.isEmpty })
    let nothing = try await failure { try await world.manager.remove(podId: nil, repoUrl: World.repo) }
    #expect(nothing.kind == .configurationInvalid)
  }

  @Test(arguments: ["ambiguous there are several: a b", "locked process 7"])
  func whatIsNotClearIsNotRemoved(line: String) async throws {
    var pod = Self.running
    pod.failures = ["status": line, "remove": line]
    let world = World(pod, .init(looks: [[Self.offline]]))
    let refused = try await failure { try await world.manager.remove(podId: "p", repoUrl: World.repo) }
    #expect([.conflict, .busy].contains(refused.kind) && world.github.state.withLock { $0.deleted.isEmpty })
  }
}
