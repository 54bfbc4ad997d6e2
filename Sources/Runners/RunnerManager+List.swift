import GitHubAPI
import Outside
import Pods
import Reporting
import Storage

extension RunnerManager {
  /// The runners that GitHub knows in one place, joined with our pods: each runner's pod, registrations whose pod is gone, and pods
  /// that run without a runner there. The pods themselves are not asked.
  package func list(repoUrl: String) async throws -> RunnerListing {
    let scope = try RunnerScope(repoUrl: repoUrl)
    let registered = try await github.runners(in: scope, name: nil)
    let books = try await booksOfPods()
    let elsewhere = try await podsOfOtherAccounts()
    let runners = registered.map { runner in
      let podId = RunnerIdentity.podId(ofLabels: runner.labels)
      let (status, reason) = Self.judge(runner, podId: podId, books: books, elsewhere: elsewhere)
      return Runner(
        name: runner.name,
        podId: podId,
        repoUrl: scope.webURL,
        status: status,
        version: runner.version,
        labels: runner.labels,
        githubId: runner.id,
        busy: runner.busy,
        reasons: [reason]
      )
    }
    // Characters: ids are ASCII where they enter.
    let served = Set(runners.compactMap(\.podId))
    let running = (books ?? [:]).filter { $0.value == .running && !served.contains($0.key) }
    return RunnerListing(runners: runners, podsWithoutRunner: running.keys.sorted())
  }

  /// Whether GitHub knows a runner of this name there.
  package func isRegistered(_ name: String, at repoUrl: String) async throws -> Bool {
    try await github.runners(in: try RunnerScope(repoUrl: repoUrl), name: name).contains { $0.name.bytes == name.bytes }
  }

  /// The status of each pod by its id; nil when there is no RunPod to ask.
  private func booksOfPods() async throws -> [String: PodStatus]? {
    do {
      let pods = try await pods()
      // Characters: ids are ASCII where they enter.
      return Dictionary(pods.compactMap { pod in pod.id.map { ($0, pod.status) } }, uniquingKeysWith: { $1 })
    } catch is Failure {
      return nil
    }
  }

  /// The ids of pods in other RunPod accounts with a runner that the state file knows.
  private func podsOfOtherAccounts() async throws -> Set<ByteText> {
    // Without a key, it cannot be told which accounts are others.
    guard let current = try? await account() else { return [] }
    let others = try await registrations.list().filter { $0.account.map { $0.bytes != current.bytes } ?? false }
    return Set(others.map(\.podId.bytes))
  }

  private static let removable = "runners/remove with repoUrl and name takes it out of GitHub's list."

  private static func judge(
    _ runner: GitHubRunner,
    podId: String?,
    books: [String: PodStatus]?,
    elsewhere: Set<ByteText>
  ) -> (RunnerStatus, String) {
    if runner.status == "online" {
      return (runner.busy ? .busy : .online, "GitHub says so; the pod was not asked.")
    }
    guard let podId, let books else { return (.offline, "GitHub says so; its pod is not known.") }
    if elsewhere.contains(podId.bytes) {
      return (.offline, "GitHub says so; its pod belongs to another RunPod account.")
    }
    guard let status = books[podId] else { return (.orphan, "Its pod \(podId) is not in our books. \(removable)") }
    return status.isLive
      ? (.offline, "GitHub says so; its pod is \(status.rawValue).")
      : (.orphan, "Its pod \(podId) is gone: \(status.rawValue). \(removable)")
  }
}
