import Concurrency
import FoundationEssentials
import GitHubAPI
import Reporting

@testable import Runners

/// A GitHub with a list of runners and a drawer of tokens.
final class FakeGitHub: RunnerRegistry {
  struct State {
    var tokens: [String] = ["t1"]
    /// Answers to successive looks; the last one stays, but for what is deleted.
    var looks: [[GitHubRunner]] = [[]]
    var deleted: [Int] = []
    var labels: [Int: [String]] = [:]
    /// Ids that do not go at the first try, and that never go.
    var stubborn: Set<Int> = []
    var immortal: Set<Int> = []
    var refusesToList = false
    /// Failures of successive JIT registrations.
    var jitFailures: [Failure] = []
    var jitLabels: [String] = []
    var jitGroup: Int?
    var served: Date?
    var versions: [String?] = []
    var sharedLooks = 0
  }

  let state: Locked<State>
  let addressesOfRunners = ["https://api.github.com"]

  init(_ state: State = State()) { self.state = Locked(state) }

  /// A runner as it is listed; `pod` is what its label names.
  static func runner(
    _ name: String = "r1",
    id: Int = 7,
    _ status: String = "online",
    pod: String? = "p"
  ) -> GitHubRunner {
    let labels = ["gpu"] + (pod.map { ["runpod-pod-\($0)"] } ?? [])
    return GitHubRunner(id: id, name: name, os: "linux", status: status, busy: false, labels: labels)
  }

  private func token() throws -> Secret {
    try state.withLock { state in
      guard !state.tokens.isEmpty else { throw Failure(.forbidden, "Must have admin rights.") }
      return Secret(state.tokens.removeFirst())
    }
  }

  func registrationToken(for scope: RunnerScope) async throws -> Secret { try token() }
  func removeToken(for scope: RunnerScope) async throws -> Secret { try token() }

  func jitRegistration(
    name: String,
    groupId: Int,
    labels: [String],
    in scope: RunnerScope
  ) async throws -> JITRegistration {
    try state.withLock { state in
      state.jitLabels = labels
      state.jitGroup = groupId
      if !state.jitFailures.isEmpty { throw state.jitFailures.removeFirst() }
      return JITRegistration(runner: Self.runner(name, id: 9), files: [".runner": Secret("e30=")])
    }
  }

  func runnerGroupId(named name: String, in scope: RunnerScope) async throws -> Int { 5 }

  func runners(in scope: RunnerScope, name: String?) async throws -> [GitHubRunner] {
    try state.withLock { state in
      if state.refusesToList { throw Failure(.environmentIncomplete, "A GitHub token is needed.") }
      let look = state.looks.count > 1 ? state.looks.removeFirst() : state.looks[0]
      return look.filter { (name == nil || $0.name == name) && !state.deleted.contains($0.id) }
    }
  }

  func recentRunners(in scope: RunnerScope) async throws -> [GitHubRunner] {
    state.withLock { $0.sharedLooks += 1 }
    return try await runners(in: scope, name: nil)
  }

  func deleteRunner(id: Int, in scope: RunnerScope) async throws {
    state.withLock { state in
      guard !state.immortal.contains(id), state.stubborn.remove(id) == nil else { return }
      state.deleted.append(id)
    }
  }

  func setLabels(_ labels: [String], ofRunner id: Int, in scope: RunnerScope) async throws {
    state.withLock { $0.labels[id] = labels }
  }

  func runnerRelease(_ version: String?, architecture: String, for scope: RunnerScope) async throws -> RunnerRelease {
    state.withLock { $0.versions.append(version) }
    return RunnerRelease(version: version ?? "2.338.0", fileName: "r", url: "https://example.com/r", sha256: "00")
  }

  func deprecation(ofRunner version: String, in scope: RunnerScope) async throws -> Date? {
    state.withLock { $0.served }
  }
}
