import Concurrency
import FoundationEssentials
import GitHubAPI
import Outside
package import Reporting
import Storage

extension RunnerManager {
  /// Puts a runner on a pod and waits until GitHub has said twice that it is online.
  ///
  /// Can be repeated: what is there already is kept. Tokens are minted last, so that they cannot expire before they are used.
  ///
  /// - Throws: `Failure`: `checksumMismatch`, `conflict` (the name or the directory is taken), `unauthorized` and
  ///   `forbidden` from GitHub, `runnerInstallFailed` for all that is wrong on the pod; `details["verdict"]` names it.
  package func install(_ installation: RunnerInstallation, progress: Progress = .silent) async throws -> Runner {
    let wish = try RunnerWish(installation)
    let scope = wish.scope
    return try await watching(scope) {
      let podId = installation.podId
      let options = installation.options
      progress.report("Looking at the pod", fraction: 0)
      let asked = RunnerPlace(podId: podId, name: wish.name, workDirectory: options.workDirectory)
      let found = try await run(.preflight, at: asked)
      let present = PodReport(found.facts)
      let name = wish.name ?? present.name ?? RunnerIdentity.defaultName(onPod: podId)
      let isThere = present.isConfigured && present.name?.bytes == name.bytes && wish.isServed(by: present)
      if isThere { try await checkSame(present, wish) }
      var parameters = [
        "as_root": options.runAsRoot ? "yes" : "", "packages": options.packages.joined(separator: " "),
        "sudo": options.sudo == true ? "yes" : "", "reach": github.addressesOfRunners.joined(separator: " "),
        "withheld": wish.environment.withheld.joined(separator: " "),
        "started_hook": options.jobStartedHook ?? "", "completed_hook": options.jobCompletedHook ?? "",
        "tool_cache": options.toolCache ?? "",
      ]
      if !present.isConfigured || present.name?.bytes != name.bytes {
        let release = try await release(for: found.facts["architecture"] ?? "x64", wish)
        parameters["version"] = release.version
        parameters["archive_url"] = release.url
        parameters["sha256"] = release.sha256
      }
      var place = RunnerPlace(podId: podId, name: name, workDirectory: options.workDirectory)
      let installed = try await run(
        .install,
        at: place,
        parameters,
        secrets: ["env": wish.environment.lines],
        progress: progress.part(0.05...0.6)
      )
      place.workDirectory = installed.facts["workDirectory"]
      let warnings =
        found.warnings + installed.warnings.filter { new in !found.warnings.contains { $0.bytes == new.bytes } }
      // Before it is registered: a job may come the moment after.
      for warning in warnings { progress.report("Warning: \(warning)", fraction: 0.6) }
      try await registrations.insert(
        RegistrationRecord(podId: podId, url: scope.webURL, name: name, account: account())
      )
      if !isThere {
        let architecture = found.facts["architecture"] ?? "x64"
        try await register(wish, at: place, name: name, architecture: architecture, progress: progress.part(0.6...0.75))
      }
      let changes = isThere ? try await change(present, at: place, installed, wish) : []
      var runner = try await start(
        at: place,
        repoUrl: scope.webURL,
        isNewest: !isThere && wish.version == nil,
        progress: progress.part(0.75...1)
      )
      runner.reasons += warnings + changes
      return runner
    }
  }

  private func release(for architecture: String, _ wish: RunnerWish) async throws -> RunnerRelease {
    if let version = wish.version, let end = try await deprecation(of: version, in: wish.scope), end <= time.now() {
      throw Failure(
        .configurationInvalid,
        "GitHub has not served runner \(version) since \(end.formatted(.iso8601)).",
        hint: "Leave out the version to have the newest.",
        details: ["verdict": "deprecated"]
      )
    }
    return try await github.runnerRelease(wish.version, architecture: architecture, for: wish.scope)
  }

  /// That GitHub cannot be asked is no reason not to try.
  private func deprecation(of version: String, in scope: RunnerScope) async throws -> Date? {
    do {
      return try await github.deprecation(ofRunner: version, in: scope)
    } catch is Failure {
      return nil
    }
  }
}
