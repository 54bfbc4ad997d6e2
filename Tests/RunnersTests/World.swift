import Concurrency
import FoundationEssentials
import GitHubAPI
import Pods
import Reporting
import Testing

@testable import Runners

/// A manager between a pod and a GitHub that both do as they are told. Time passes only when somebody waits.
struct World {
  static let repo = "https://github.com/octo/demo"

  let pod: FakePod
  let github: FakeGitHub
  let manager: RunnerManager
  let waits: Locked<[Duration]>

  init(_ pod: FakePod.State = .init(), _ github: FakeGitHub.State = .init(), pods: [(String, PodStatus)]? = []) {
    let waits = Locked<[Duration]>([])
    let time = TimeSource(
      now: {
        let waited = waits.withLock { $0.reduce(.zero, +) }
        return Date(timeIntervalSince1970: 1_700_000_000 + TimeInterval(waited.components.seconds))
      },
      sleep: { wait in
        try Task.checkCancellation()
        waits.withLock { $0.append(wait) }
      }
    )
    self.pod = FakePod(pod)
    self.github = FakeGitHub(github)
    self.waits = waits
    manager = RunnerManager(
      shell: self.pod,
      github: self.github,
      pods: {
        guard let pods else { throw Failure(.environmentIncomplete, "RUNPOD_API_KEY is not set.") }
        return pods.map { Self.pod($0.0, $0.1) }
      },
      workDirectory: "/opt/actions-runner",
      time: time
    )
  }

  static func wish(_ change: (inout RunnerInstallation) -> Void = { _ in }) -> RunnerInstallation {
    let options = RunnerOptions(
      labels: [],
      ephemeral: false,
      jit: false,
      replace: false,
      runAsRoot: false,
      packages: []
    )
    var wish = RunnerInstallation(
      podId: "p",
      repoUrl: "https://github.com/octo/demo.git/",
      token: nil,
      name: "r1",
      options: options
    )
    change(&wish)
    return wish
  }

  func install(_ change: (inout RunnerInstallation) -> Void = { _ in }) async throws -> Runner {
    try await manager.install(Self.wish(change))
  }

  private static func pod(_ id: String, _ status: PodStatus) -> Pod {
    let date = Date(timeIntervalSince1970: 0)
    return Pod(
      id: id,
      name: id,
      status: status,
      imageName: "i",
      gpuTypeId: "g",
      gpuCount: 1,
      interruptible: true,
      created: date,
      updated: date
    )
  }
}

/// The failure of what must fail.
func failure(_ body: () async throws -> some Sendable) async throws -> Failure {
  try #require(await #expect(throws: Failure.self) { _ = try await body() })
}
