import Concurrency
package import FoundationEssentials
import Outside
import Reporting
import RunPodAPI
import Storage

/// What every running service of the account does for the deadlines of its pods.
extension PodManager {
  /// The longest pause between two looks at the state file; other servers may bring work.
  private static let patrol: TimeInterval = 30

  /// The pause between two lists of the account: for containers that have begun anew, and for pods that other
  /// installations created and that carry a deadline.
  private static let glances: TimeInterval = 60

  /// How long a server has to live before it looks at the account: many live for one call only.
  private static let settling: TimeInterval = 10

  /// Keeps every pod's deadlines and settles creations that nobody follows, until it is cancelled.
  ///
  /// After some seconds it warns, once, of what costs money unseen.
  ///
  /// Any number of servers may do this at once: ending a pod twice does no harm.
  ///
  /// - Parameter afterwards: Done after each round, for what ended pods leave behind.
  package func keep(_ afterwards: @Sendable () async -> Void = {}) async throws {
    var review: Date? = time.now() + Self.settling
    while true {
      var next = await sweep()
      await afterwards()
      if let due = review {
        if due <= time.now() {
          review = nil
          await warnOfUnclaimed()
          await warnOfCosts()
        } else {
          next = min(next ?? due, due)
        }
      } else if isGlanceDue {
        _ = try? await poller.pods(.urgent)
        next = time.now()
      }
      let pause = next.map { min(Self.patrol, max(0.1, $0.timeIntervalSince(time.now()))) } ?? Self.patrol
      try await time.sleep(.limited(seconds: pause))
    }
  }

  private var isGlanceDue: Bool {
    guard let asked = unknown.withLock({ $0.asked }) else { return true }
    return asked + Self.glances <= time.now()
  }

  /// One round of `keep`. Calls nobody when nothing is due.
  ///
  /// - Returns: When the next round is due, as far as the state file and the last list tell.
  @discardableResult
  package func sweep() async -> Date? {
    do {
      let now = time.now()
      var unplaced = try await unplaced()
      let isUnsettled = try await books.store.hasUnsettled(at: now)
      let glance = try await nextGlance(at: now)
      if isUnsettled || unplaced.contains(where: { $0.state != .running }) || glance.map({ $0 <= now }) == true {
        _ = try await poller.pods(.urgent)
        unplaced = try await self.unplaced()
      }
      for record in unplaced where isPlacementDue(record, at: now) { _ = await placed(record, progress: .silent) }
      let next = try await endDue()
      let soonest = placements.values.map(\.next).min()
      let glances = glance.map { max($0, now + 5) }
      return [next, soonest, glances, unplaced.isEmpty ? nil : now + 5].compactMap { $0 }.min()
    } catch {
      // RunPod or the state file cannot be reached just now; the next round tries again.
      return nil
    }
  }

  /// When to look whether containers with a process that keeps their deadlines have begun anew, without it.
  private func nextGlance(at time: Date) async throws -> Date? {
    guard script != nil, try await !books.store.kept(by: DeadlineKeeper.pod.rawValue, account: accountId()).isEmpty
    else { return nil }
    return unknown.withLock { $0.asked }.map { $0 + Self.glances } ?? time
  }

  /// Ends and stops what is due, by the state file and by what other pods carry. What fails stays due.
  ///
  /// - Returns: The earliest deadline to come.
  private func endDue() async throws -> Date? {
    var now = time.now()
    if try await hasDue(at: now) { now = try await judgedTime() }
    let (due, next) = try await books.store.due(at: now, account: accountId())
    for record in due where !record.hasGrace(at: now) { await end(record, at: now) }
    if unknown.withLock({ $0.pods.contains { $0.carriedEnding(at: now) != nil } }) {
      // Only what RunPod says at this moment ends a pod of another installation.
      _ = try await poller.pods(.urgent)
      for remote in unknown.withLock({ $0.pods }) {
        guard let ending = remote.carriedEnding(at: now) else { continue }
        if let failure = await end(remote, ending) {
          notice("Pod \(remote.id) is past the deadline that it carries, and could not be ended: \(failure)")
        } else {
          notice("Pod \(remote.id) (\(remote.name)) was \(ending.done) at the deadline that it carries.")
        }
      }
    }
    let carried = unknown.withLock { $0.pods.compactMap { $0.nextCarriedEnding(after: now) }.min() }
    let graced = try await endIdle(at: now)
    return [next, carried, graced].compactMap(\.self).min()
  }

  private func hasDue(at time: Date) async throws -> Bool {
    if unknown.withLock({ $0.pods.contains { $0.carriedEnding(at: time) != nil } }) { return true }
    return try await !books.store.due(at: time, account: accountId()).due.isEmpty
  }

  /// Does what a deadline asks for. What fails stays due, and is tried again in the next round.
  func end(_ record: PodRecord, at time: Date) async {
    guard let id = record.podId else { return }
    switch record.due(at: time) {
    case .terminate:
      let sentence = record.end.map { $0 <= time } == true ? record.sentence(at: time) : nil
      guard (try? await end(id, because: sentence)) != nil, let sentence else { return }
      notice("Pod \(id) (\(record.name)): \(sentence).")
    case .stop: _ = try? await stop(id)
    case nil: break
    }
  }

  /// Does what the deadline that a pod carries asks for. The pod is in the state file from then on.
  ///
  /// - Returns: Why it could not be done, nil when it was.
  func end(_ remote: RemotePod, _ ending: PodRecord.Ending) async -> String? {
    do {
      _ = try await books.take(remote)
      switch ending {
      case .terminate: _ = try await terminate(remote.id)
      case .stop: _ = try await stop(remote.id)
      }
      return nil
    } catch {
      return (error as? Failure)?.message ?? "The call was cancelled."
    }
  }
}

extension PodRecord.Ending {
  /// "ended", "stopped".
  var done: String {
    switch self {
    case .terminate: "terminated"
    case .stop: "stopped"
    }
  }
}
