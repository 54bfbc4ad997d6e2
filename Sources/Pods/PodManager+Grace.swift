import Concurrency
import FoundationEssentials
import Reporting
import Storage

/// Jobs of GitHub runners that are at work when their pod is due to be terminated.
extension PodManager {
  /// How long before an end its clients are warned of it, in seconds.
  private static let warningTime: TimeInterval = 600

  /// How long a pod may take to say whether a job runs on it. A pod that says nothing may run one.
  private static let answerTime = Duration.seconds(20)

  /// Exits with 1 when no job of a GitHub runner runs on the pod. The runner's process for a job is called Runner.Worker:
  /// https://github.com/actions/runner/blob/main/docs/design/auth.md
  private static let jobScript = Array(
    """
    for name in /proc/[0-9]*/comm; do
      read -r word <"$name" || continue
      [ "$word" != Runner.Worker ] || exit 0
    done 2>/dev/null
    exit 1

    """.utf8
  )

  /// Ends the pods that have a grace and no job to use it for, and warns of those on which a job runs that will be cut.
  ///
  /// - Returns: When the first of the latter is terminated.
  func endIdle(at now: Date) async throws -> Date? {
    let soon = try await books.store.due(at: now + Self.warningTime, account: accountId()).due
    let records = soon.filter { $0.state == .running && $0.grace != nil && $0.lastEnd.map { $0 > now } == true }
    let busy = records.isEmpty ? [] : await busy(among: records)
    for record in records {
      if busy.contains(record.number) {
        warn(of: record, at: now)
      } else if record.hasGrace(at: now) {
        await end(record, at: now)
      }
    }
    let ends = records.filter { busy.contains($0.number) }.flatMap { [$0.end, $0.lastEnd] }
    return ends.compactMap(\.self).filter { $0 > now }.min()
  }

  /// The numbers of the rows whose pods run a job, or do not say.
  private func busy(among records: [PodRecord]) async -> Set<Int> {
    guard let script else { return Set(records.map(\.number)) }
    return await withTaskGroup(of: Int?.self) { group in
      for record in records {
        guard let id = record.podId else { continue }
        group.addTask {
          // On the machine's own clock: SSH is outside.
          let code = try? await TimeSource.system.within(Self.answerTime) { try await script(id, Self.jobScript) }
          return code == 1 ? nil : record.number
        }
      }
      return await group.reduce(into: []) { if let number = $1 { $0.insert(number) } }
    }
  }

  /// Warns once before the end, once when the grace begins and once before that ends.
  private func warn(of record: PodRecord, at now: Date) {
    guard let id = record.podId, let end = record.end, let last = record.lastEnd else { return }
    let isLast = now >= end && last <= now + Self.warningTime
    let stage = now < end ? end - Self.warningTime : isLast ? last : end
    guard warned[record.number] != stage else { return }
    warned[record.number] = stage
    let until = last.formatted(.iso8601)
    let words =
      now < end
      ? "ends at \(end.formatted(.iso8601)), and a job runs on it. The job may go on until \(until)"
      : "is past its end, \(end.formatted(.iso8601)). It goes on until \(until) at the latest because a job runs on it"
    notice("Pod \(id) (\(record.name)) \(words); then the pod is terminated. pods/extend moves its end.")
  }
}
