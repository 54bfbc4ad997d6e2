import Concurrency
import GitHubAPI
import Outside
package import Reporting
import Storage

extension RunnerManager {
  private static let removalInterval = Duration.seconds(1)

  /// Takes a runner off its pod and out of GitHub's list. Does all that can be done; what cannot is in the warnings.
  ///
  /// - Parameters:
  ///   - podId: nil for a registration whose pod does not matter any more; `repoUrl` and `name` are needed then.
  ///   - repoUrl: Where it is registered; nil: what the pod says.
  ///   - token: A remove token; nil: one is minted.
  ///   - name: Which runner, on a pod that has several or can no longer be asked. Without it, all registrations go that a pod which
  ///     is gone has left behind.
  ///   - drain: How long a job that it runs may go on before that; nil: a job is cut.
  /// - Throws: `Failure`: `conflict` when there are several and none was named, `timeout` when the job outlasts `drain`, `busy` when
  ///   something else is being done to the runner.
  package func remove(
    podId: String?,
    repoUrl: String? = nil,
    token: Secret? = nil,
    name: String? = nil,
    workDirectory: String? = nil,
    drain: Duration? = nil,
    progress: Progress = .silent
  ) async throws -> RunnerRemoval {
    guard podId != nil || (repoUrl != nil && name != nil) else {
      throw Failure(
        .configurationInvalid,
        "Neither a pod nor a registration was named.",
        hint: "Give podId, or repoUrl and name."
      )
    }
    let scope = try repoUrl.map { try RunnerScope(repoUrl: $0) }
    let name = try name.map(RunnerIdentity.checked(name:))
    var removal = RunnerRemoval(deregistered: false, filesRemoved: false)
    var target = Target(scope: scope, name: name, podId: podId)
    if let podId {
      let place = RunnerPlace(podId: podId, name: name, workDirectory: workDirectory)
      try await removeFromPod(place, token: token, drain: drain, progress: progress.part(0...0.75), &target, &removal)
    }
    progress.report("Looking at GitHub's list", fraction: 0.8)
    var isAllGone = true
    for target in try await completed(target) {
      try await removeFromList(target, &removal)
      if removal.deregistered { try await forget(target) }
      isAllGone = isAllGone && removal.deregistered
    }
    removal.deregistered = isAllGone
    progress.report("Removed", fraction: 1)
    return removal
  }

  /// What is to go from GitHub's list.
  private struct Target {
    var scope: RunnerScope?
    var name: String?
    var podId: String?
    var id: Int?
    /// The names of runners that the pod has; nil: it could not be asked.
    var namesOnPod: Set<ByteText>?
  }

  /// The registrations that the inventory has of a pod which could not name its own.
  private func completed(_ target: Target) async throws -> [Target] {
    guard target.scope == nil, let podId = target.podId else { return [target] }
    let known = try await inventoried(on: podId).filter { target.name == nil || $0.name.bytes == target.name?.bytes }
    // A pod that was asked keeps the runners that it has.
    let lost = known.filter { target.namesOnPod?.contains($0.name.bytes) != true }
    guard !lost.isEmpty else { return [target] }
    return try lost.map { record in
      var target = target
      target.scope = try RunnerScope(repoUrl: record.url)
      target.name = record.name
      return target
    }
  }

  /// What is known to have ended needs no looking for.
  private func forget(_ target: Target) async throws {
    guard let scope = target.scope, let name = target.name else { return }
    for record in try await registrations.list(podId: target.podId) where record.name.bytes == name.bytes {
      if record.url.bytes.lowercased.bytes == scope.webURL.bytes.lowercased.bytes {
        try await registrations.delete(record)
      }
    }
  }

  private func removeFromPod(
    _ place: RunnerPlace,
    token: Secret?,
    drain: Duration?,
    progress: Progress,
    _ target: inout Target,
    _ removal: inout RunnerRemoval
  ) async throws {
    progress.report("Looking for the runner", fraction: 0)
    do {
      let report = PodReport(try await run(.status, at: place).facts)
      target.name = report.name ?? target.name
      target.id = report.githubId
      target.scope = try target.scope ?? report.url.map { try RunnerScope(repoUrl: $0) }
      if drain != nil {
        removal.jobCut =
          try await stop(at: place, drain: drain, progress: progress.part(0...0.2)).facts["jobCut"] != nil
      }
      var secrets: [String: Secret] = [:]
      secrets["token"] =
        if let token { token } else { await minted(for: report.isConfigured ? target.scope : nil, &removal) }
      let output = try await run(.remove, at: place, secrets: secrets, progress: progress.part(0.2...1))
      removal.deregistered = output.facts["deregistered"] == "yes"
      removal.filesRemoved = output.facts["filesRemoved"] == "yes"
      removal.jobCut = removal.jobCut || output.facts["jobCut"] != nil
      removal.warnings += output.warnings
      target.namesOnPod = Set(try await run(.list, at: place).runners.compactMap { $0["name"]?.bytes })
    } catch let failure as Failure {
      // `forbidden`: the pod is another account's, and its runner is that account's too.
      if [.conflict, .busy, .timeout, .configurationInvalid, .forbidden].contains(failure.kind) { throw failure }
      removal.warnings.append("The pod could not be cleaned: \(failure.message)")
    }
  }

  private func minted(for scope: RunnerScope?, _ removal: inout RunnerRemoval) async -> Secret? {
    guard let scope else { return nil }
    do {
      return try await github.removeToken(for: scope)
    } catch {
      removal.warnings.append("No remove token: \((error as? Failure)?.message ?? "cancelled.")")
      return nil
    }
  }

  /// The second way out of GitHub's list, and the look whether it worked.
  private func removeFromList(_ target: Target, _ removal: inout RunnerRemoval) async throws {
    guard let scope = target.scope else {
      if !removal.deregistered { removal.warnings.append("No registered runner was found on the pod.") }
      return
    }
    let what = target.name ?? "A runner of pod \(target.podId ?? "")"
    do {
      // GitHub's list may be a moment behind.
      for look in 1...5 {
        let left = try await registrations(target, in: scope, &removal)
        removal.deregistered = left.isEmpty
        if left.isEmpty { return }
        if look > 1 { try await time.sleep(Self.removalInterval) }
        for runner in left { try await github.deleteRunner(id: runner.id, in: scope) }
      }
      removal.warnings.append("\(what) is still in GitHub's list.")
    } catch let failure as Failure {
      guard !removal.deregistered else { return }
      removal.warnings.append("\(what) may still be in GitHub's list: \(failure.message)")
    }
  }

  private func registrations(
    _ target: Target,
    in scope: RunnerScope,
    _ removal: inout RunnerRemoval
  ) async throws -> [GitHubRunner] {
    if let name = target.name {
      // A registration of the same name that is newer than ours belongs to someone else.
      return try await github.runners(in: scope, name: name).filter { target.id == nil || $0.id == target.id }
    }
    let all = try await github.runners(in: scope, name: nil)
    let left = all.filter { runner in
      RunnerIdentity.podId(ofLabels: runner.labels) == target.podId
        && target.namesOnPod?.contains(runner.name.bytes) != true
    }
    let living = left.filter { $0.status == "online" }
    if !living.isEmpty {
      let names = living.map(\.name).joined(separator: ", ")
      let warning = "GitHub shows \(names) online; it is left alone unless it is named."
      if !removal.warnings.contains(where: { $0.bytes == warning.bytes }) { removal.warnings.append(warning) }
    }
    return left.filter { $0.status != "online" }
  }
}
