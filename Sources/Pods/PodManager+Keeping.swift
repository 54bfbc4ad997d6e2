import Concurrency
package import FoundationEssentials
import Reporting
import Storage

extension PodManager {
  /// The longest pause between two looks at the books; those of other servers may bring work.
  private static let patrol: TimeInterval = 30

  /// The pause between two looks at the account for containers that have begun anew.
  private static let glances: TimeInterval = 60

  /// How long a server has to live before it has a look at the account: many live for one call only.
  private static let settling: TimeInterval = 10

  /// Keeps every pod's deadlines and settles creations that nobody follows any more, until it is cancelled.
  ///
  /// After some seconds it warns, once, of what costs money unseen.
  ///
  /// Any number of servers may do this at once: ending a pod twice does no harm.
  package func keep() async throws {
    var review: Date? = time.now() + Self.settling
    while true {
      var next = await sweep()
      if let due = review {
        if due <= time.now() {
          review = nil
          await warnOfCosts()
        } else {
          next = min(next ?? due, due)
        }
      }
      let pause = next.map { min(Self.patrol, max(0.1, $0.timeIntervalSince(time.now()))) } ?? Self.patrol
      try await time.sleep(.seconds(pause))
    }
  }

  /// One round of `keep`. Calls nobody when nothing is due.
  ///
  /// - Returns: When the next round is due, as far as the books tell.
  @discardableResult
  package func sweep() async -> Date? {
    do {
      let now = time.now()
      var unplaced = try await unplaced()
      let isUnsettled = try await books.store.hasUnsettled(at: now)
      let glance = try await nextGlance(at: now)
      if isUnsettled || unplaced.contains(where: { $0.state != .running }) || glance.map({ $0 <= now }) == true {
        _ = try await poller.pods(.urgent)
        lastGlance = time.now()
        unplaced = try await self.unplaced()
      }
      for record in unplaced where isPlacementDue(record, at: now) { _ = await placed(record, progress: .silent) }
      let (due, next) = try await books.store.due(at: now)
      for record in due { await end(record, at: now) }
      let soonest = placements.values.map(\.next).min()
      let glances = glance.map { max($0, now + 5) }
      return [next, soonest, glances, unplaced.isEmpty ? nil : now + 5].compactMap { $0 }.min()
    } catch {
      // RunPod or the books cannot be reached just now; the next round tries again.
      return nil
    }
  }

  /// When to look whether containers with a process that keeps their deadlines have begun anew, without it.
  private func nextGlance(at time: Date) async throws -> Date? {
    guard script != nil, try await !books.store.kept(by: [DeadlineKeeper.pod.rawValue]).isEmpty else { return nil }
    return lastGlance.map { $0 + Self.glances } ?? time
  }

  /// Does what a deadline asks for. What fails stays due, and is tried again in the next round.
  private func end(_ record: PodRecord, at time: Date) async {
    guard let id = record.podId else { return }
    switch record.due(at: time) {
    case .terminate: _ = try? await terminate(id)
    case .stop: _ = try? await stop(id)
    case nil: break
    }
  }
}
