import Concurrency
package import FoundationEssentials
import Reporting
import Storage

extension PodManager {
  /// The longest pause between two looks at the books; those of other servers may bring work.
  private static let patrol: TimeInterval = 30

  /// Ends every pod whose time has come and settles creations that nobody follows any more, until it is cancelled.
  ///
  /// Any number of servers may do this at once: ending a pod twice does no harm.
  package func keep() async throws {
    while true {
      let next = await sweep()
      let pause = next.map { min(Self.patrol, max(0.1, $0.timeIntervalSince(time.now()))) } ?? Self.patrol
      try await time.sleep(.seconds(pause))
    }
  }

  /// One round of `keep`. Calls nobody when nothing is due.
  ///
  /// - Returns: The next deadline in the books.
  @discardableResult
  package func sweep() async -> Date? {
    do {
      let now = time.now()
      if try await books.store.hasUnsettled(at: now) { _ = try await poller.pods(.urgent) }
      let (due, next) = try await books.store.due(at: now)
      for record in due {
        guard let id = record.podId else { continue }
        // What fails stays due, and is tried again in the next round.
        _ = try? await terminate(id)
      }
      return next
    } catch {
      // RunPod or the books cannot be reached just now; the next round tries again.
      return nil
    }
  }
}
