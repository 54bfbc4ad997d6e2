import GitHubAPI
package import Reporting

extension RunnerManager {
  /// Takes a runner off its pod and out of GitHub's list. Does all that can be done; what cannot is in the warnings.
  ///
  /// - Parameters:
  ///   - repoUrl: Where it is registered; nil: what the pod says.
  ///   - token: A remove token; nil: one is minted.
  ///   - name: Its name, for a pod that can no longer be asked.
  package func remove(
    podId: String,
    repoUrl: String? = nil,
    token: Secret? = nil,
    name: String? = nil,
    workDirectory: String? = nil,
    progress: Progress = .silent
  ) async throws -> RunnerRemoval {
    var scope = try repoUrl.map { try RunnerScope(repoUrl: $0) }
    var removal = RunnerRemoval(deregistered: false, filesRemoved: false)
    var name = name
    var id: Int?
    progress.report("Looking for the runner", fraction: 0)
    do {
      let report = PodReport(try await run(.status, on: podId, at: workDirectory))
      name = report.name ?? name
      id = report.githubId
      scope = try scope ?? report.url.map { try RunnerScope(repoUrl: $0) }
      let removeToken: Secret? =
        if let token { token } else { await minted(for: report.isConfigured ? scope : nil, &removal) }
      let output = try await run(
        .remove,
        on: podId,
        at: workDirectory,
        ["token": removeToken?.exposed ?? ""],
        progress: progress.part(0.1...0.7)
      )
      removal.deregistered = output.fact("deregistered") == "yes"
      removal.filesRemoved = output.fact("filesRemoved") == "yes"
      removal.warnings += output.warnings
    } catch let failure as Failure {
      removal.warnings.append("The pod could not be cleaned: \(failure.message)")
    }
    progress.report("Looking at GitHub's list", fraction: 0.8)
    guard let scope, let name else {
      if !removal.deregistered { removal.warnings.append("No registered runner was found on the pod.") }
      return removal
    }
    await deleteFromList(name: name, id: id, in: scope, &removal)
    progress.report("Removed", fraction: 1)
    return removal
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
  private func deleteFromList(name: String, id: Int?, in scope: RunnerScope, _ removal: inout RunnerRemoval) async {
    do {
      for runner in try await github.runners(in: scope, name: name) where runner.name == name {
        // A registration of the same name that is newer than ours belongs to someone else.
        if let id, runner.id != id { continue }
        removal.deregistered = false
        try await github.deleteRunner(id: runner.id, in: scope)
      }
      removal.deregistered = true
    } catch {
      guard !removal.deregistered else { return }
      removal.warnings.append(
        "\(name) may still be in GitHub's list: \((error as? Failure)?.message ?? "the removal was cancelled.")"
      )
    }
  }
}
