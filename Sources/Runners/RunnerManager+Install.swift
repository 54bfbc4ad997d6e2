import Concurrency
import FoundationEssentials
import GitHubAPI
package import Reporting

extension RunnerManager {
  private static let lookInterval = Duration.seconds(2)
  private static let looks = 60

  /// Puts a runner on a pod and waits until GitHub has said twice that it is online.
  ///
  /// Can be repeated: what is there already is kept. The token is minted last, so that it cannot expire before it is used.
  ///
  /// - Throws: `Failure`: `checksumMismatch`, `conflict` (the name or the directory is taken), `unauthorized` and
  ///   `forbidden` from GitHub, `runnerInstallFailed` for all that is wrong on the pod; `details["verdict"]` names it.
  package func install(_ installation: RunnerInstallation, progress: Progress = .silent) async throws -> Runner {
    let scope = try RunnerScope(repoUrl: installation.repoUrl)
    let wantedName = try installation.name.map(RunnerIdentity.checked(name:))
    let labels = try RunnerIdentity.checked(labels: installation.labels)
    let podId = installation.podId
    let directory = installation.workDirectory

    progress.report("Looking at the pod", fraction: 0)
    let found = try await run(.preflight, on: podId, at: directory)
    let present = PodReport(found)
    let isOurs = present.isConfigured && Self.isSame(present.url, scope) && (wantedName ?? present.name) == present.name
    let name =
      wantedName ?? (isOurs ? present.name : nil) ?? "runpod-runner-\(Int(time.now().timeIntervalSince1970))"
    var parameters = [
      "url": scope.webURL,
      "name": name,
      "labels": labels.joined(separator: ","),
      "ephemeral": installation.ephemeral ? "yes" : "",
      "replace": installation.replace ? "yes" : "",
      "as_root": installation.runAsRoot ? "yes" : "",
    ]
    if !present.isConfigured {
      let release = try await release(for: found.fact("architecture") ?? "x64", pinned: installation.version)
      parameters["version"] = release.version
      parameters["archive_url"] = release.url
      parameters["sha256"] = release.sha256
    }
    let installed = try await run(
      .install,
      on: podId,
      at: directory,
      parameters,
      progress: progress.part(0.05...0.6)
    )
    if !isOurs {
      try await register(installation, scope: scope, parameters: parameters, progress: progress.part(0.6...0.75))
    }
    _ = try await run(.start, on: podId, at: directory, progress: progress.part(0.75...0.9))
    var runner = try await awaitOnline(
      podId,
      directory: directory,
      repoUrl: scope.webURL,
      name: name,
      progress: progress
    )
    runner.reasons += installed.warnings
    return runner
  }

  private func release(for architecture: String, pinned: String?) async throws -> RunnerRelease {
    let release = try await github.latestRunner(architecture: architecture)
    guard pinned == nil || pinned == release.version else {
      throw Failure(
        .configurationInvalid,
        "Runner \(pinned ?? "") is not the newest, which is \(release.version); GitHub soon stops serving older ones.",
        hint: "Leave out the version."
      )
    }
    return release
  }

  private func register(
    _ installation: RunnerInstallation,
    scope: RunnerScope,
    parameters: [String: String],
    progress: Progress
  ) async throws {
    func configure(_ token: Secret) async throws {
      let all = parameters.merging(["token": token.exposed]) { $1 }
      let directory = installation.workDirectory
      _ = try await run(.configure, on: installation.podId, at: directory, all, progress: progress)
    }
    if let token = installation.token { return try await configure(token) }
    do {
      try await configure(github.registrationToken(for: scope))
    } catch let failure as Failure where failure.details["verdict"] == "tokenRefused" {
      progress.report("GitHub refused the token; asking for another one", fraction: 0.5)
      try await configure(github.registrationToken(for: scope))
    }
  }

  /// Waits for two good looks in a row: runners that GitHub no longer serves come online, and then end.
  private func awaitOnline(
    _ podId: String,
    directory: String?,
    repoUrl: String,
    name: String,
    progress: Progress
  ) async throws -> Runner {
    var goodLooks = 0
    var last: Runner?
    for look in 1...Self.looks {
      let runner = try await status(podId: podId, repoUrl: repoUrl, workDirectory: directory)
      last = runner
      goodLooks = [.online, .busy].contains(runner.status) ? goodLooks + 1 : 0
      if goodLooks == 2 { break }
      let message = goodLooks == 1 ? "\(name) is online; looking again" : "Waiting for GitHub to see \(name) online"
      progress.report(message, fraction: 0.9 + 0.1 * Double(look) / Double(Self.looks))
      try await time.sleep(Self.lookInterval)
    }
    guard let runner = last, goodLooks == 2 else {
      throw Failure(
        .runnerInstallFailed,
        "The runner \(name) on pod \(podId) did not come online: \(last?.reasons.joined(separator: " ") ?? "")",
        hint: "Its log is runner.log in \(directory ?? workDirectory) on the pod.",
        resources: ["podId": podId],
        details: ["verdict": "notOnline", "runnerName": name]
      )
    }
    progress.report("\(name) is online", fraction: 1)
    return runner
  }

  private static func isSame(_ url: String?, _ scope: RunnerScope) -> Bool {
    url.flatMap { try? RunnerScope(repoUrl: $0) }?.webURL.lowercased() == scope.webURL.lowercased()
  }
}
