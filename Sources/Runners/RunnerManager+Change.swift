import GitHubAPI
import Outside
import Reporting

/// Installing over a runner that is registered: it becomes what is asked for, or the difference is refused.
extension RunnerManager {
  /// Refuses what a registered runner cannot become, before anything is changed. Its user is compared on the pod.
  ///
  /// - Throws: `Failure(.conflict)` that names the difference.
  func checkSame(_ present: PodReport, _ wish: RunnerWish) async throws {
    let isForOneJob = wish.isEphemeral || wish.isJIT
    if present.isEphemeral != isForOneJob {
      let words = present.isEphemeral ? ("one job", "many jobs") : ("many jobs", "one job")
      throw differs("is registered for \(words.0), and a runner for \(words.1) was asked for", present, wish)
    }
    if let version = wish.version, let found = present.version, Self.isOlder(found, than: version) {
      throw differs("is version \(found), and \(version) was asked for", present, wish)
    }
    guard let group = wish.group, let known = try await registered(present, wish), let id = known.groupId else {
      return
    }
    if try await github.runnerGroupId(named: group, in: wish.scope) != id {
      throw differs("is in another runner group than \(group)", present, wish)
    }
  }

  /// Makes a registered runner what is asked for: its labels at GitHub, and its environment variables by a restart between jobs.
  ///
  /// - Returns: What was changed, a sentence each.
  /// - Throws: `Failure(.conflict)` when variables have changed and the runner runs a job, which sees the old ones to its end.
  func change(
    _ present: PodReport,
    at place: RunnerPlace,
    _ installed: RunnerScriptOutput,
    _ wish: RunnerWish
  ) async throws -> [String] {
    var changes: [String] = []
    if let known = try await registered(present, wish) {
      let fixed = ["self-hosted", "linux", "x64", "arm64"].map(\.bytes)
      let custom = known.labels.filter { !fixed.contains($0.bytes.lowercased.bytes) }
      if Set(custom.map(\.bytes.lowercased.bytes)) != Set(wish.labels.map(\.bytes.lowercased.bytes)) {
        try await github.setLabels(wish.labels, ofRunner: known.id, in: wish.scope)
        changes.append("Its labels were \(custom.joined(separator: ", ")) before.")
      }
    }
    if installed.facts["variablesChanged"] != nil, present.mode != nil {
      _ = try await run(.stop, at: place, ["if_idle": "yes"])
      changes.append("It was started again for its new environment variables.")
    }
    return changes
  }

  /// What GitHub lists for the runner on the pod; nil when GitHub will not say.
  private func registered(_ present: PodReport, _ wish: RunnerWish) async throws -> GitHubRunner? {
    guard let name = present.name else { return nil }
    do {
      return try await lookUp(name, in: wish.scope).first { present.githubId == nil || $0.id == present.githubId }
    } catch is Failure {
      return nil
    }
  }

  private func differs(_ what: String, _ present: PodReport, _ wish: RunnerWish) -> Failure {
    Failure(
      .conflict,
      "The runner \(present.name ?? "") on pod \(wish.podId) \(what).",
      hint: "Remove it with runners/remove first, or choose another name.",
      retryable: false,
      resources: ["podId": wish.podId],
      details: ["verdict": "differs"]
    )
  }

  /// Whether a version is older: a runner replaces itself by newer ones.
  private static func isOlder(_ version: String, than other: String) -> Bool {
    func numbers(_ text: String) -> [Int] { text.bytes.split(".").map { Int($0) ?? .max } }
    return numbers(version).lexicographicallyPrecedes(numbers(other))
  }
}
