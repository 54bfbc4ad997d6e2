import GitHubAPI
import Outside
import Pods
package import Reporting
import Storage

extension RunnerManager {
  /// Takes the registrations of a pod that is gone for good out of GitHub's list.
  ///
  /// - Returns: Those that were there, or may be: what could not be done is told in each.
  package func removeGhosts(ofPod podId: String, progress: Progress = .silent) async throws -> [GhostRunner] {
    try await ghosts(of: registrations.list(podId: podId), removing: true, progress)
  }

  /// The ids of the account's pods with a registration that is not known to be out of GitHub's list.
  package func podsWithRegistrations() async throws -> [String] {
    try await registrations.list(account: account()).map(\.podId)
  }

  /// Looks for registrations of pods that are gone (ended by RunPod, by a deadline, by hand), or that run and have lost the runner.
  ///
  /// - Parameter removing: Whether they are taken out of GitHub's list.
  /// - Throws: `Failure` when there are no books to look at.
  package func ghosts(removing: Bool, progress: Progress = .silent) async throws -> [GhostRunner] {
    // Of another account's pods it cannot be told whether they are gone.
    let begun = try await registrations.list(account: account())
    guard !begun.isEmpty else { return [] }
    // Characters: ids are ASCII where they enter.
    let living = Dictionary(
      try await pods().filter(\.status.isLive).compactMap { pod in pod.id.map { ($0, pod.status) } },
      uniquingKeysWith: { first, _ in first }
    )
    let gone = begun.filter { living[$0.podId] == nil }
    let lost = try await lostByLivingPods(begun.filter { living[$0.podId] == .running })
    return try await ghosts(of: gone, removing: removing, progress)
      + ghosts(of: lost, removing: removing, hasLivingPod: true, progress)
  }

  /// Registrations that GitHub shows offline and whose pod runs and says that it has no such runner: its disk was wiped.
  private func lostByLivingPods(_ records: [RegistrationRecord]) async throws -> [RegistrationRecord] {
    var lost: [RegistrationRecord] = []
    for record in records {
      do {
        let found = try await registered(record, in: RunnerScope(repoUrl: record.url))
        guard !found.isEmpty, found.allSatisfy({ $0.status != "online" }) else { continue }
        let present = try await run(.list, at: RunnerPlace(podId: record.podId)).runners
        let isThere = present.contains { $0["name"]?.bytes == record.name.bytes && $0["configured"] == "yes" }
        if !isThere { lost.append(record) }
      } catch is Failure {
        // A pod that cannot be asked may have it.
      }
    }
    return lost
  }

  private func ghosts(
    of records: [RegistrationRecord],
    removing: Bool,
    hasLivingPod: Bool = false,
    _ progress: Progress
  ) async throws -> [GhostRunner] {
    var ghosts: [GhostRunner] = []
    for record in records {
      progress.report("Looking for the runner \(record.name)", fraction: 0.9)
      let reason = hasLivingPod ? "Its pod runs, and no longer has its files." : "Its pod is gone."
      if let ghost = try await ghost(of: record, reason, removing: removing) { ghosts.append(ghost) }
    }
    return ghosts
  }

  private func ghost(of record: RegistrationRecord, _ reason: String, removing: Bool) async throws -> GhostRunner? {
    var ghost = GhostRunner(podId: record.podId, repoUrl: record.url, name: record.name, removed: false)
    let byHand = "runners/remove with repoUrl and name, or pods/reconcile with apply, takes it out of GitHub's list."
    do {
      let scope = try RunnerScope(repoUrl: record.url)
      let found = try await registered(record, in: scope)
      guard !found.isEmpty else {
        try await registrations.delete(record)
        return nil
      }
      guard removing else {
        ghost.advice = "\(reason) \(byHand)"
        return ghost
      }
      for runner in found { try await github.deleteRunner(id: runner.id, in: scope) }
      ghost.removed = try await registered(record, in: scope).isEmpty
      if ghost.removed {
        try await registrations.delete(record)
      } else {
        ghost.advice = "GitHub still lists it. \(byHand)"
      }
    } catch let failure as Failure {
      // GitHub takes a runner for busy for minutes after its pod is gone.
      ghost.advice = "\(failure.message) Later, \(byHand)"
    }
    return ghost
  }

  /// A runner of that name which carries another pod's label is another one.
  private func registered(_ record: RegistrationRecord, in scope: RunnerScope) async throws -> [GitHubRunner] {
    try await github.runners(in: scope, name: record.name).filter {
      RunnerIdentity.podId(ofLabels: $0.labels)?.bytes == record.podId.bytes
    }
  }
}
