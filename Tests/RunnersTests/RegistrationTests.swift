import Concurrency
import GitHubAPI
import Reporting
import Testing

@testable import Runners

@Suite struct RegistrationTests {
  private static let online = FakeGitHub.runner()

  @Test func aRefusedTokenIsMintedOnceMore() async throws {
    let again = World(.init(), .init(tokens: ["stale", "t1"], looks: [[], [Self.online]]))
    #expect(try await again.install().status == .online)
    let never = World(.init(), .init(tokens: ["stale", "stale", "t1"], looks: [[], [Self.online]]))
    #expect(try await failure { try await never.install() }.kind == .unauthorized)
  }

  @Test func aTokenThatTheUserGaveIsNotReplaced() async throws {
    let world = World(.init(), .init(tokens: ["t1"]))
    let refused = try await failure { try await world.install { $0.token = Secret("stale") } }
    #expect(refused.kind == .unauthorized && refused.hint?.contains("GITHUB_TOKEN") == true)
    #expect(world.github.state.withLock { $0.tokens } == ["t1"])
  }

  @Test func groupAndLabelsReachTheRunner() async throws {
    let world = World(
      .init(extra: ["url=https://github.com/octo"]),
      .init(looks: [[], [Self.online]])
    )
    _ = try await world.install {
      $0.repoUrl = "https://github.com/octo"
      $0.options.runnerGroup = "gpus"
      $0.options.labels = ["gpu", " GPU ", "a  b"]
    }
    let configured = world.pod.parameters(of: "configure")
    #expect(configured["group"] == "gpus" && configured["labels"] == "gpu,a b,runpod-pod-p")
  }

  // MARK: Names that are taken

  @Test func aGhostOfThePodItselfIsReplacedUnasked() async throws {
    let ghost = FakeGitHub.runner("r1", id: 3, "offline")
    let world = World(.init(), .init(looks: [[ghost], [Self.online]]))
    #expect(try await world.install().status == .online)
    #expect(world.github.state.withLock { $0.deleted } == [3])
  }

  @Test(arguments: [
    (FakeGitHub.runner("r1", id: 3, "offline", pod: "other"), false, "set replace"),
    (FakeGitHub.runner("r1", id: 3, "online", pod: "p"), false, "set replace"),
    (FakeGitHub.runner("r1", id: 3, "offline", pod: nil), true, "another name"),
  ])
  func anothersNameIsNotTaken(holder: GitHubRunner, replace: Bool, advice: String) async throws {
    let world = World(.init(), .init(looks: [[holder]]))
    let taken = try await failure { try await world.install { $0.options.replace = replace } }
    #expect(taken.kind == .conflict && taken.hint?.contains(advice) == true && taken.details["githubId"] == "3")
    #expect(world.github.state.withLock { $0.deleted.isEmpty })
    #expect(!world.pod.state.withLock { $0.commands.contains("configure") })
  }

  @Test func replacingTakesTheNameFromAnotherPod() async throws {
    let holder = FakeGitHub.runner("r1", id: 3, "online", pod: "other")
    let world = World(.init(), .init(looks: [[holder], [Self.online]]))
    #expect(try await world.install { $0.options.replace = true }.githubId == 7)
    #expect(world.github.state.withLock { $0.deleted } == [3])
  }

  @Test func whatCannotBeLookedAtIsNotReplaced() async throws {
    let world = World(.init(), .init(refusesToList: true))
    let refused = try await failure {
      try await world.install {
        $0.token = Secret("t1")
        $0.options.replace = true
      }
    }
    #expect(refused.kind == .environmentIncomplete)
  }

  // MARK: By GitHub (JIT)

  @Test func aJITRegistrationHasAllLabelsAndItsFilesReachThePod() async throws {
    let world = World(.init(id: 9), .init(tokens: [], looks: [[], [FakeGitHub.runner("r1", id: 9)]]))
    let runner = try await world.install {
      $0.options.jit = true
      $0.options.labels = ["gpu"]
    }
    #expect(runner.status == .online && runner.githubId == 9)
    let (labels, group) = world.github.state.withLock { ($0.jitLabels, $0.jitGroup) }
    #expect(labels == ["self-hosted", "Linux", "X64", "gpu", "runpod-pod-p"] && group == 1)
    let configured = world.pod.parameters(of: "configure")
    #expect(configured["jit_files"]?.hasPrefix(".runner e30=") == true && configured["token"] == nil)
  }

  @Test func anAnswerThatWasLostLeavesAGhostThatIsClearedAway() async throws {
    let ghost = FakeGitHub.runner("r1", id: 3, "offline")
    let world = World(
      .init(id: 9),
      .init(
        looks: [[], [ghost], [FakeGitHub.runner("r1", id: 9)]],
        jitFailures: [Failure(.conflict, "Already exists")]
      )
    )
    #expect(try await world.install { $0.options.jit = true }.status == .online)
    #expect(world.github.state.withLock { $0.deleted } == [3])
  }

  @Test func aConflictWithSomeoneElseStays() async throws {
    let world = World(.init(), .init(looks: [[]], jitFailures: [Failure(.conflict, "Already exists")]))
    #expect(try await failure { try await world.install { $0.options.jit = true } }.kind == .conflict)
  }

  @Test func aRegistrationThatThePodDoesNotTakeIsWithdrawn() async throws {
    let world = World(.init(failures: ["configure": "unwritable the disk is read-only"]))
    #expect(try await failure { try await world.install { $0.options.jit = true } }.details["verdict"] == "unwritable")
    #expect(world.github.state.withLock { $0.deleted } == [9])
  }
}
