import Concurrency
import FoundationEssentials
import Outside
package import Reporting
import RunPodAPI
import Storage

extension PodManager {
  /// What becomes of pods that a runpod-rpc created and that this state file does not know.
  package enum Orphans: String, Codable, Sendable, Hashable, CaseIterable {
    /// They are entered in the state file.
    case adopt
    case end
  }

  /// Between the two looks: longer than any list lags behind in practice.
  private static let secondLook = Duration.seconds(15)

  /// Compares the state file with the account.
  ///
  /// - Parameters:
  ///   - apply: Whether overdue pods are ended and orphans dealt with. Only what two looks, some seconds apart, agree on is
  ///     touched, and never a pod that no runpod-rpc created.
  ///   - orphans: What is done with orphans then.
  ///   - owner: The id of another installation whose pods are dealt with as orphans are; nil: they are left alone.
  /// - Returns: What the last look found, with what was done.
  /// - Throws: `Failure` when the account or the books cannot be looked at. What cannot be ended is reported without an
  ///   action; it stays due.
  package func reconcile(
    apply: Bool = false,
    orphans: Orphans = .adopt,
    owner: String? = nil,
    progress: Progress = .silent
  ) async throws -> Reconciliation {
    try await prepare()
    progress.report("Looking at the account", fraction: 0.1)
    let (first, _) = try await look()
    guard apply, first.findings.contains(where: { [.orphan, .foreign, .overdue].contains($0.kind) }) else {
      return first
    }
    progress.report("Looking again before anything is touched", fraction: 0.3)
    try await time.sleep(Self.secondLook)
    var (second, account) = try await look()
    // Characters: ids are ASCII where they enter.
    let seenBefore = Set(first.findings.map { "\($0.kind) \($0.podId)" })
    for index in second.findings.indices
    where seenBefore.contains("\(second.findings[index].kind) \(second.findings[index].podId)") {
      let finding = second.findings[index]
      if finding.kind == .foreign, owner == nil || finding.ownerId?.bytes != owner?.bytes { continue }
      progress.report("\(finding.name) is \(finding.kind.rawValue)", fraction: 0.5)
      second.findings[index].action = await settle(finding, account[finding.podId], orphans)
    }
    return second
  }

  /// Warns of what costs money unseen, and touches nothing.
  func warnOfCosts() async {
    guard let warning = try? await reconcile().warning else { return }
    notice(warning)
  }

  private func look() async throws -> (Reconciliation, [String: RemotePod]) {
    let account = try await poller.pods(.urgent).pods
    let known = try await books.store.known(podIds: Array(account.keys))
    let current = try await self.accountId()
    let lost = try await books.store.page(status: PodStatus.lost.rawValue, account: current, before: nil, limit: 1000)
    let rows = try await books.store.live(account: current) + lost
    let reconciler = Reconciler(
      account: Array(account.values),
      known: known,
      installation: try await books.store.installationId(),
      rows: rows,
      now: try await judgedTime()
    )
    var found = reconciler.reconciliation()
    found.findings.removeAll { $0.kind == .unclaimed && answering.contains($0.podId) }
    return (found, account)
  }

  private func settle(_ finding: Finding, _ remote: RemotePod?, _ orphans: Orphans) async -> Finding.Action? {
    do {
      switch finding.kind {
      case .orphan, .foreign:
        guard let remote else { return nil }
        _ = try await books.take(remote)
        guard orphans == .end else { return .adopted }
        _ = try await terminate(finding.podId)
        return .ended
      case .overdue:
        _ = try await terminate(finding.podId)
        return .ended
      case .lost, .outbid, .stopped, .unclaimed: return nil
      }
    } catch {
      // It stays due, or an orphan.
      return nil
    }
  }
}
