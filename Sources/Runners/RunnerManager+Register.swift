import Concurrency
import GitHubAPI
import Outside
import Reporting

extension RunnerManager {
  /// Makes the runner at a place a registered one.
  func register(
    _ wish: RunnerWish,
    at place: RunnerPlace,
    name: String,
    architecture: String,
    progress: Progress
  ) async throws {
    try await clearName(name, wish)
    let attempt = {
      wish.isJIT
        ? try await self.registerByGitHub(wish, at: place, name: name, architecture: architecture, progress: progress)
        : try await self.registerByToken(wish, at: place, name: name, progress: progress)
    }
    do {
      try await attempt()
    } catch let failure as Failure where failure.kind == .conflict && failure.details["verdict"] != "alreadyConfigured"
    {
      // When GitHub's answer to the registration was lost, the name is taken by ourselves.
      guard try await removeOwnGhosts(named: name, wish) else { throw failure }
      try await attempt()
    }
  }

  /// Sees to it that nobody else has the name. What cannot be asked is left for the registration to find out.
  private func clearName(_ name: String, _ wish: RunnerWish) async throws {
    let holders: [GitHubRunner]
    do {
      holders = try await lookUp(name, in: wish.scope)
    } catch let failure as Failure {
      // A replacement that nobody has looked at could be of anybody's runner.
      if wish.replaces || wish.token == nil { throw failure }
      return
    }
    for holder in holders {
      let owner = RunnerIdentity.podId(ofLabels: holder.labels)
      let isGhost = owner?.bytes == wish.podId.bytes && holder.status != "online"
      guard isGhost || (wish.replaces && owner != nil) else { throw Self.nameTaken(holder, by: owner, wish) }
      try await github.deleteRunner(id: holder.id, in: wish.scope)
    }
  }

  private static func nameTaken(_ holder: GitHubRunner, by owner: String?, _ wish: RunnerWish) -> Failure {
    let whose = owner.map { "of pod \($0)" } ?? "that was not registered by this service"
    return Failure(
      .conflict,
      "\(wish.scope.displayName) has a runner \(holder.name) \(whose) already; it is \(holder.status).",
      hint: owner == nil ? "Choose another name, or remove that runner." : "Choose another name, or set replace.",
      retryable: false,
      resources: ["podId": wish.podId],
      details: ["verdict": "nameTaken", "githubId": "\(holder.id)"]
    )
  }

  /// Removes registrations of this pod that never came to life.
  ///
  /// - Returns: Whether there were any.
  private func removeOwnGhosts(named name: String, _ wish: RunnerWish) async throws -> Bool {
    let holders = try await github.runners(in: wish.scope, name: name)
    let ghosts = holders.filter {
      RunnerIdentity.podId(ofLabels: $0.labels)?.bytes == wish.podId.bytes && $0.status != "online"
    }
    for ghost in ghosts { try await github.deleteRunner(id: ghost.id, in: wish.scope) }
    return !ghosts.isEmpty
  }

  // MARK: By a token

  private func registerByToken(
    _ wish: RunnerWish,
    at place: RunnerPlace,
    name: String,
    progress: Progress
  ) async throws {
    let parameters = [
      "url": wish.scope.webURL, "labels": wish.labels.joined(separator: ","), "group": wish.group ?? "",
      "ephemeral": wish.isEphemeral ? "yes" : "",
    ]
    func configure(_ token: Secret) async throws {
      _ = try await run(.configure, at: place, parameters, secrets: ["token": token], progress: progress)
    }
    if let token = wish.token { return try await configure(token) }
    let mint = { @Sendable [github] in try await github.registrationToken(for: wish.scope) }
    let token = try await tokens.value(wish.scope, mint)
    do {
      try await configure(token)
    } catch let failure as Failure where failure.details["verdict"] == "tokenRefused" {
      progress.report("GitHub refused the token; asking for another one", fraction: 0.5)
      await tokens.forget(wish.scope) { $0 == token }
      try await configure(tokens.value(wish.scope, mint))
    }
  }

  // MARK: By GitHub

  private func registerByGitHub(
    _ wish: RunnerWish,
    at place: RunnerPlace,
    name: String,
    architecture: String,
    progress: Progress
  ) async throws {
    let group = if let name = wish.group { try await github.runnerGroupId(named: name, in: wish.scope) } else { 1 }
    let labels = try wish.allLabels(architecture: architecture)
    let registration = try await github.jitRegistration(name: name, groupId: group, labels: labels, in: wish.scope)
    let files = registration.files.map { "\($0.key) \($0.value.exposed)\n" }.sorted().joined()
    do {
      _ = try await run(
        .configure,
        at: place,
        ["url": wish.scope.webURL],
        secrets: ["jit_files": Secret(files)],
        progress: progress
      )
    } catch {
      // Nobody else will ever be this runner. Cancelled or not, its registration goes.
      await Task { [github] in try? await github.deleteRunner(id: registration.runner.id, in: wish.scope) }.value
      throw error
    }
  }
}
