import Concurrency
import GitHubAPI
import Pods
import Reporting
import Storage
import Testing

@testable import Runners

@Suite struct GhostTests {
  private static let record = RegistrationRecord(podId: "p", url: World.repo, name: "r1")

  private static func world(_ github: FakeGitHub.State, pods: [(String, PodStatus)]? = []) async throws -> World {
    let world = World(.init(), github, pods: pods)
    try await world.manager.registrations.insert(Self.record)
    return world
  }

  @Test func anInstallationIsRememberedUntilItIsRemoved() async throws {
    let world = World(
      .init(),
      .init(tokens: ["t1", "t2"], looks: [[], [FakeGitHub.runner()], [FakeGitHub.runner()], []])
    )
    _ = try await world.install()
    #expect(try await world.manager.registrations.list() == [Self.record])
    #expect(try await world.manager.remove(podId: "p", repoUrl: World.repo, name: "r1").deregistered)
    #expect(try await world.manager.registrations.list().isEmpty)
  }

  @Test(arguments: ["online", "offline"])
  func whatAPodLeavesBehindGoes(status: String) async throws {
    let list = [FakeGitHub.runner("r1", status), FakeGitHub.runner("r1", id: 8, status, pod: "other")]
    let world = try await Self.world(.init(looks: [list]))
    let ghosts = try await world.manager.removeGhosts(ofPod: "p")
    #expect(ghosts == [GhostRunner(podId: "p", repoUrl: World.repo, name: "r1", removed: true)])
    #expect(world.github.state.withLock { $0.deleted } == [7])
    #expect(try await world.manager.removeGhosts(ofPod: "p").isEmpty)
  }

  @Test func whatCannotGoIsToldAndStaysKnown() async throws {
    for github in [FakeGitHub.State(looks: [[FakeGitHub.runner()]], immortal: [7]), .init(refusesToList: true)] {
      let world = try await Self.world(github)
      let ghosts = try await world.manager.removeGhosts(ofPod: "p")
      #expect(ghosts.map(\.removed) == [false] && ghosts[0].advice?.contains("runners/remove") == true)
      #expect(try await world.manager.registrations.list() == [Self.record])
    }
  }

  @Test func aPodThatHasItsRunnerHasNoGhost() async throws {
    for (status, count) in [(PodStatus.running, 0), (.stopped, 0), (.terminated, 1), (.lost, 1)] {
      let world = try await Self.world(.init(looks: [[FakeGitHub.runner("r1", "offline")]]), pods: [("p", status)])
      world.pod.state.withLock { $0.isConfigured = true }
      #expect(try await world.manager.ghosts(removing: false).count == count)
      #expect(world.github.state.withLock { $0.deleted.isEmpty })
    }
  }
}
