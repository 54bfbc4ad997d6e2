import Concurrency
import FoundationEssentials
package import Reporting
import RunPodAPI
import Storage

extension PodManager {
  /// What becomes of pods that some runpod-rpc named and that are in no books of ours.
  package enum Orphans: String, Codable, Sendable, Hashable, CaseIterable {
    /// They are entered in the books: another machine may be using them.
    case adopt
    case end
  }

  /// Between the two looks: longer than any list lags behind in practice.
  private static let secondLook = Duration.seconds(15)

  /// Holds books and account against each other.
  ///
  /// - Parameters:
  ///   - apply: Whether overdue pods are ended and orphans dealt with. Only what two looks, some seconds apart, agree on is
  ///     touched, and never a pod that no runpod-rpc named.
  ///   - orphans: What is done with orphans then.
  /// - Returns: What the last look found, with what was done.
  /// - Throws: `Failure` when the account or the books cannot be looked at. What cannot be ended is reported without an
  ///   action; it stays due.
  package func reconcile(
    apply: Bool = false,
    orphans: Orphans = .adopt,
    progress: Progress = .silent
  ) async throws -> Reconciliation {
    try await prepare()
    progress.report("Looking at the account", fraction: 0.1)
    let (first, _) = try await look()
    guard apply, first.findings.contains(where: { $0.kind == .orphan || $0.kind == .overdue }) else { return first }
    progress.report("Looking again before anything is touched", fraction: 0.3)
    try await time.sleep(Self.secondLook)
    var (second, account) = try await look()
    let seenBefore = Set(first.findings.map { "\($0.kind) \($0.podId)" })
    for index in second.findings.indices
    where seenBefore.contains("\(second.findings[index].kind) \(second.findings[index].podId)") {
      let finding = second.findings[index]
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
    let account = try await poller.pods(.urgent)
    let known = try await books.store.known(podIds: Array(account.keys))
    let lost = try await books.store.page(status: PodStatus.lost.rawValue, before: nil, limit: 1000)
    let rows = try await books.store.live() + lost
    let reconciler = Reconciler(account: Array(account.values), known: known, rows: rows, now: time.now())
    return (reconciler.reconciliation(), account)
  }

  private func settle(_ finding: Finding, _ remote: RemotePod?, _ orphans: Orphans) async -> Finding.Action? {
    do {
      switch finding.kind {
      case .orphan:
        guard let remote else { return nil }
        _ = try await books.take(remote)
        guard orphans == .end else { return .adopted }
        _ = try await terminate(finding.podId)
        return .ended
      case .overdue:
        _ = try await terminate(finding.podId)
        return .ended
      case .lost, .outbid, .stopped: return nil
      }
    } catch {
      // It stays due, or an orphan.
      return nil
    }
  }
}
