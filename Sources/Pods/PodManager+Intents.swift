import Concurrency
package import FoundationEssentials
package import Reporting
import RunPodAPI
import Storage

/// Pods by the names under which they were asked for, for callers that may have died since.
extension PodManager {
  /// What a creation under `intent` came to; nil when there was none, or no pod came of it. Rents nothing.
  ///
  /// - Throws: `Failure(.ambiguousOutcome)` when it cannot be told.
  package func find(intent: String, progress: Progress = .silent) async throws -> Pod? {
    guard let record = try await books.store.find(intent: intent) else { return nil }
    if record.podId != nil { return Pod(record) }
    guard record.isLive else { return nil }
    do {
      // Under a name that is in the books, a creation only looks for what the first one made.
      let request = PodRequest(imageName: record.imageName, gpuTypeIds: [record.gpuTypeId])
      return try await create(request, intent: intent, progress: progress)
    } catch let failure as Failure {
      guard try await books.store.find(intent: intent)?.isLive == false else { throw failure }
      return nil
    }
  }

  /// Ends whatever a creation under `intent` has made or may still make.
  ///
  /// - Returns: The pod as terminated; nil when there is none.
  /// - Throws: What `terminate` throws, and `Failure(.ambiguousOutcome)` when it cannot be told whether there is a pod.
  ///   Being overdue in the books from now on, it is ended by any living server as soon as that can be done.
  package func release(intent: String, progress: Progress = .silent) async throws -> Pod? {
    guard let record = try await books.store.find(intent: intent) else { return nil }
    _ = try await books.changeIfPossible(record) { [now = time.now()] in
      if $0.isLive { $0.endNow(at: now) }
    }
    guard let id = try await find(intent: intent, progress: progress)?.id else { return nil }
    return try await terminate(id)
  }

  /// Holds the pod for a workflow that is at work on it: should its server die, any other one ends the pod when the hold
  /// lapses. A process on the pod does not know of it.
  ///
  /// - Parameter seconds: From now on; nil: the pod is to stay.
  /// - Throws: `Failure(.notFound)` when there is no such pod, or it is gone; `Failure(.conflict)` while it is being ended.
  package func hold(_ id: String, for seconds: TimeInterval?) async throws {
    let end = seconds.map { time.now() + $0 }
    _ = try await books.change(try await wanted(id)) { $0.heldUntil = end }
  }
}
