import GitHubAPI
import Pods
import Reporting
import Testing

@testable import Runners

@Suite struct ListTests {
  @Test func bothSidesAreJoined() async throws {
    let list = [
      FakeGitHub.runner("a", id: 1, pod: "p1"), FakeGitHub.runner("b", id: 2, "offline", pod: "p2"),
      FakeGitHub.runner("c", id: 3, "offline", pod: "p3"), FakeGitHub.runner("d", id: 4, "offline", pod: "unknown"),
      FakeGitHub.runner("e", id: 5, "offline", pod: nil), FakeGitHub.runner("f", id: 6, pod: "p3"),
    ]
    let world = World(
      .init(),
      .init(looks: [list]),
      pods: [("p1", .running), ("p2", .stopped), ("p3", .lost), ("p4", .running), ("p5", .starting)]
    )
    let listing = try await world.manager.list(repoUrl: World.repo)
    #expect(listing.runners.map(\.status) == [.online, .offline, .orphan, .orphan, .offline, .online])
    #expect(listing.runners.map(\.podId) == ["p1", "p2", "p3", "unknown", nil, "p3"])
    #expect(listing.podsWithoutRunner == ["p4"])
    #expect(listing.runners.allSatisfy { $0.reasons.count == 1 })
  }

  @Test func withoutRunPodNothingIsCalledAnOrphan() async throws {
    let world = World(.init(), .init(looks: [[FakeGitHub.runner("a", "offline")]]), pods: nil)
    let listing = try await world.manager.list(repoUrl: World.repo)
    #expect(listing.runners.map(\.status) == [.offline] && listing.podsWithoutRunner.isEmpty)
  }

  @Test func aPodTellsOfAllItsRunners() async throws {
    let world = World(.init(isConfigured: true, listens: true), .init(looks: [[FakeGitHub.runner()]]))
    let runners = try await world.manager.list(podId: "p")
    #expect(runners.map(\.name) == ["r1"] && runners.map(\.status) == [.online] && runners[0].podId == "p")
  }
}
