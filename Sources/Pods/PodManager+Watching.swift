import Concurrency
package import Reporting
import Storage

extension PodManager {
  /// Follows pods by the list of all that serves every wait as well: what happens to one is told at the next look.
  ///
  /// - Parameter ids: nil: all pods in the books, also those to come.
  /// - Returns: The pods as they are; the changes come until their reader ends or is cancelled.
  /// - Throws: `Failure(.notFound)` for an id that neither the books nor RunPod know.
  package func watch(_ ids: Set<String>?) async throws -> PodWatch {
    try await prepare()
    for id in ids ?? [] where try await books.store.find(podId: id) == nil { _ = try await refreshed(id) }
    let watch = try await watcher.watch(ids)
    if watching == nil { watching = Task { await follow() } }
    return watch
  }

  /// Returns why a pod is of no use any more, as soon as a look at the list shows that it is down or gone: the failure of
  /// whoever is at work on it.
  ///
  /// - Throws: `Failure` when the account cannot be looked at.
  package func loss(of id: String) async throws -> Failure {
    let start = time.now()
    while true {
      _ = try await poller.pods(.patient(since: start))
      if let failure = try await failure(of: id) { return failure }
    }
  }

  /// The same after one look; nil for a pod that is up, or coming up.
  package func lossByNow(of id: String) async throws -> Failure? {
    _ = try await poller.pods(.urgent)
    return try await failure(of: id)
  }

  /// Those of the pods that a deadline of their own has ended, as far as the state file knows.
  package func endedByDeadline(among ids: [String]) async throws -> Set<String> {
    var ended: Set<String> = []
    for id in ids where try await books.store.find(podId: id)?.isEndedByDeadline == true { ended.insert(id) }
    return ended
  }

  private func failure(of id: String) async throws -> Failure? {
    try await books.store.find(podId: id).flatMap(PodEnd.init)?.failure(podId: id)
  }

  /// Asks for the list for as long as somebody watches: quickly after a change, slowly when nothing happens.
  private func follow() async {
    var isBlind = false
    while watcher.isWatched, !Task.isCancelled {
      do {
        _ = try await poller.pods(.patient(since: await watcher.lastEvent))
        isBlind = false
      } catch is CancellationError {
        break
      } catch {
        if !isBlind { notice("Pods cannot be watched: \((error as? Failure)?.message ?? "RunPod does not answer.")") }
        isBlind = true
        // An end of the service while it waits is seen above.
        _ = try? await time.sleep(.seconds(30))
      }
      await watcher.look()
    }
    watching = nil
  }
}
