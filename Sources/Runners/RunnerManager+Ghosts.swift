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

  /// Looks for registrations of pods that are gone: ended by RunPod, by a deadline, by hand.
  ///
  /// - Parameter removing: Whether they are taken out of GitHub's list.
  /// - Throws: `Failure` when there are no books to look at.
  package func ghosts(removing: Bool, progress: Progress = .silent) async throws -> [GhostRunner] {
    let begun = try await registrations.list()
    guard !begun.isEmpty else { return [] }
    // Characters: ids are ASCII where they enter.
    let living = Set(try await pods().filter(\.status.isLive).compactMap(\.id))
    return try await ghosts(of: begun.filter { !living.contains($0.podId) }, removing: removing, progress)
  }

  private func ghosts(
    of records: [RegistrationRecord],
    removing: Bool,
    _ progress: Progress
  ) async throws -> [GhostRunner] {
    var ghosts: [GhostRunner] = []
    for record in records {
      progress.report("Looking for the runner \(record.name)", fraction: 0.9)
      if let ghost = try await ghost(of: record, removing: removing) { ghosts.append(ghost) }
    }
    return ghosts
  }

  private func ghost(of record: RegistrationRecord, removing: Bool) async throws -> GhostRunner? {
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
        ghost.advice = "Its pod is gone. \(byHand)"
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
