import FoundationEssentials
import RunPodAPI
import Storage

extension PodManager {
  /// How many pods are ended at a time.
  private static let reapers = 8

  /// What is known of a pod's deadline.
  private struct Sentence: Sendable {
    var pod: ReapedPod
    let remote: RemotePod
    let ending: PodRecord.Ending?
  }

  /// Looks at the account once and ends what is past its deadline: by the state file where it knows the pod, else by what the
  /// pod carries. Pods that no runpod-rpc created are never touched.
  ///
  /// - Throws: `Failure` when the account or the state file cannot be looked at.
  package func reap(dryRun: Bool) async throws -> Reaping {
    let account = try await poller.pods(.urgent).pods
    let now = try await judgedTime()
    var sentences: [Sentence] = []
    var others = Reconciliation.Others(count: 0, costPerHour: 0)
    for remote in account.values where !remote.isTerminated {
      if let sentence = sentence(of: remote, try await books.store.find(podId: remote.id), at: now) {
        sentences.append(sentence)
      } else {
        others.count += 1
        others.costPerHour += remote.presentCostPerHour
      }
    }
    var pods = sentences.filter { $0.ending == nil || dryRun }.map(\.pod)
    if !dryRun {
      let due = sentences.filter { $0.ending != nil }
      pods += await withTaskGroup(of: ReapedPod.self) { group in
        var done: [ReapedPod] = []
        for (index, sentence) in due.enumerated() {
          if index >= Self.reapers, let next = await group.next() { done.append(next) }
          group.addTask { await self.carryOut(sentence) }
        }
        for await next in group { done.append(next) }
        return done
      }
    }
    pods.sort { ($1.costPerHour, $0.podId) < ($0.costPerHour, $1.podId) }
    return Reaping(pods: pods, others: others, dryRun: dryRun)
  }

  /// - Returns: nil for a pod that no runpod-rpc created.
  private nonisolated func sentence(of remote: RemotePod, _ record: PodRecord?, at now: Date) -> Sentence? {
    guard record != nil || remote.tag != nil || PodIntent.isOurs(remote.name) else { return nil }
    // The state file knows of deadlines that were moved since; what the pod carries is as old as the pod.
    // Whether a job runs on a pod that has a grace cannot be told from here.
    let ending = record.map { $0.hasGrace(at: now) ? nil : $0.due(at: now) } ?? remote.carriedEnding(at: now)
    let deadline =
      record.map { [$0.lastEnd, $0.heldUntil, $0.stopAfter].compactMap(\.self).min() }
      ?? [remote.tag?.end(costPerHour: remote.costPerHour), remote.tag?.stopAfter].compactMap(\.self).min()
    let verdict: ReapedPod.Verdict =
      switch ending {
      case .terminate: .wouldTerminate
      case .stop: .wouldStop
      case nil: deadline == nil || remote.isExited && deadline.map { $0 <= now } == true ? .unlimited : .kept
      }
    let pod = ReapedPod(
      podId: remote.id,
      name: remote.name,
      verdict: verdict,
      costPerHour: remote.presentCostPerHour,
      deadline: deadline,
      ownerId: remote.tag?.ownerId,
      owner: remote.tag?.owner,
      unreadable: remote.tag?.unreadable ?? []
    )
    return Sentence(pod: pod, remote: remote, ending: ending)
  }

  private func carryOut(_ sentence: Sentence) async -> ReapedPod {
    var pod = sentence.pod
    guard let ending = sentence.ending else { return pod }
    if let failure = await end(sentence.remote, ending) {
      pod.verdict = .failed
      pod.failure = failure
    } else {
      pod.verdict = ending == .terminate ? .terminated : .stopped
    }
    return pod
  }
}
