import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Storage

/// The process on a pod that keeps its deadlines.
extension PodManager {
  private static let backoff = Backoff(first: .seconds(5), limit: .seconds(300))
  /// Exit codes of `deadline.sh`: trying again cannot help.
  private static let reasons = [
    3: "its image has neither curl nor python3", 4: "RunPod has given it no key of its own",
    5: "RunPod does not accept the key that it has given it",
  ]

  /// Live pods that need such a process and have none yet.
  func unplaced() async throws -> [PodRecord] {
    guard script != nil else { return [] }
    return try await books.store.kept(by: DeadlineKeeper.service.rawValue, account: accountId()).filter { record in
      [.starting, .running].contains(record.state)
        && record.podId.map { placements[$0]?.next != .distantFuture } == true
    }
  }

  func isPlacementDue(_ record: PodRecord, at time: Date) -> Bool {
    guard record.state == .running, let id = record.podId else { return false }
    return placements[id].map { $0.next <= time } ?? true
  }

  /// Starts the process if the pod needs it. That it cannot be done is no failure of whoever wanted the pod: it is tried
  /// again, and told when it is in vain.
  ///
  /// - Returns: The row as it is afterwards.
  func placed(_ record: PodRecord, progress: Progress) async -> PodRecord {
    guard let script, let id = record.podId, record.wantsKeeper else { return record }
    progress.report("Starting what keeps the deadlines of pod \(id)", fraction: 1)
    let text = DeadlineScript(record, podId: id, face: provider.face, url: provider.url, at: time.now())
    do {
      let code = try await script(id, text.bytes)
      guard code == 0 else {
        fail(
          id,
          because: Self.reasons[code] ?? "the script ended with code \(code)",
          isFinal: Self.reasons[code] != nil
        )
        return record
      }
      placements[id] = nil
      return try await books.change(record) { [since = time.now()] now in
        // Other limits by now are for another round.
        if now.end == record.end, now.stopAfter == record.stopAfter { now.keepOnPod(from: since) }
      }
    } catch {
      if !(error is CancellationError) {
        fail(id, because: (error as? Failure)?.message ?? "it could not be reached", isFinal: false)
      }
      return record
    }
  }

  private func fail(_ id: String, because reason: String, isFinal: Bool) {
    let failures = (placements[id]?.failures ?? 0) + 1
    let wait = Self.backoff.delay(afterAttempt: failures).inSeconds
    placements[id] = (isFinal ? .distantFuture : time.now() + wait, failures)
    guard isFinal || failures == 3 else { return }
    notice("The deadlines of pod \(id) are kept only by a running runpod-rpc and by runpod-rpc reap: \(reason).")
  }
}
