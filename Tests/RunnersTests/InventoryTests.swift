import Concurrency
import GitHubAPI
import Pods
import Reporting
import Testing

@testable import Runners

/// Runners that the inventory has and their pods have lost.
@Suite struct InventoryTests {
  private static let offline = FakeGitHub.runner("r1", "offline")

  /// A pod that has the runner, and then is wiped; `looks` is what GitHub lists from then on.
  private func wiped(looks: [[GitHubRunner]], pods: [(String, PodStatus)] = [("p", .running)]) async throws -> World {
    let world = World(.init(), .init(looks: [[], [FakeGitHub.runner()]]), pods: pods)
    _ = try await world.install()
    world.pod.state.withLock { state in
      (state.isConfigured, state.listens) = (false, false)
      state.extra = ["installed=no", "state="]
    }
    world.github.state.withLock { $0.looks = looks }
    return world
  }

  @Test func statusAndListTellOfThem() async throws {
    let world = try await wiped(looks: [[Self.offline]])
    let runner = try await world.manager.status(podId: "p")
    #expect((runner.name, runner.status, runner.githubId) == ("r1", .orphan, 7))
    #expect(runner.repoUrl == World.repo)
    #expect(try await world.manager.list(podId: "p").map(\.status) == [.orphan])
    let forgotten = try await wiped(looks: [[]])
    #expect(try await forgotten.manager.status(podId: "p").status == .notInstalled)
    #expect(try await forgotten.manager.list(podId: "p").isEmpty)
  }

  @Test func anEmptyDirectoryIsNoLostRunner() async throws {
    let world = try await wiped(looks: [[FakeGitHub.runner()]])
    let runner = try await world.manager.status(podId: "p", workDirectory: "/opt/other")
    #expect(runner.status == .notInstalled)
  }

  @Test func theyAreRemovedWithoutBeingDescribed() async throws {
    let world = try await wiped(looks: [[Self.offline]])
    #expect(try await world.manager.remove(podId: "p").deregistered)
    #expect(world.github.state.withLock { $0.deleted } == [7])
  }

  @Test func aPodThatCannotBeAskedIsNoHindrance() async throws {
    let world = try await wiped(looks: [[Self.offline]])
    world.pod.state.withLock { $0.unreachable = true }
    let removal = try await world.manager.remove(podId: "p")
    #expect(removal.deregistered && removal.warnings.count == 1)
  }

  @Test func theyAreGhostsWhileTheirPodLives() async throws {
    let world = try await wiped(looks: [[Self.offline]])
    let ghosts = try await world.manager.ghosts(removing: false)
    #expect(ghosts.map(\.name) == ["r1"])
    #expect(ghosts.first?.advice?.hasPrefix("Its pod runs, and no longer has its files.") == true)
    #expect(try await world.manager.ghosts(removing: true).map(\.removed) == [true])
  }

  @Test func whoseFilesAreThereOrWhosePodIsStoppedIsNoGhost() async throws {
    let there = try await wiped(looks: [[Self.offline]])
    there.pod.state.withLock { $0.isConfigured = true }
    there.pod.state.withLock { $0.extra = ["configured=yes"] }
    #expect(try await there.manager.ghosts(removing: true).isEmpty)
    let unreachable = try await wiped(looks: [[Self.offline]])
    unreachable.pod.state.withLock { $0.unreachable = true }
    #expect(try await unreachable.manager.ghosts(removing: true).isEmpty)
    let stopped = try await wiped(looks: [[Self.offline]], pods: [("p", .stopped)])
    #expect(try await stopped.manager.ghosts(removing: true).isEmpty)
  }

  @Test func aContainerThatRestartedGetsItsRunnerBackAtTheNextLook() async throws {
    let world = World(
      .init(isConfigured: true, extra: ["state=running", "restarted=yes"]),
      .init(looks: [[FakeGitHub.runner()]])
    )
    let runner = try await world.manager.status(podId: "p")
    #expect(runner.status == .online)
    #expect(runner.reasons.contains { $0.hasPrefix("Its container has restarted") })
    #expect(world.pod.state.withLock { $0.commands } == ["status", "start"])
  }
}
