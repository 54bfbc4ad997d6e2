import Concurrency
import FoundationEssentials
package import Reporting
package import RunPodAPI
import Storage

extension PodManager {
  /// Rents a pod: writes the intent, calls once, and follows an unclear answer until it is settled.
  ///
  /// A caller that is cancelled gets `CancellationError` after the call has ended, and the pod, if one was made, is
  /// terminated again.
  ///
  /// - Parameters:
  ///   - intent: A unique name of the caller's own (`PodIntent.unique(for:)`) under which it finds the pod again: a second
  ///     creation with it rents nothing and returns what the first one made. Without, one is made of the request's name.
  /// - Throws: What RunPod refused it for; `Failure(.ambiguousOutcome)` when it cannot be told whether there is a pod.
  ///   Whenever there is one, the failure names it in `resources["podId"]`.
  package func create(_ request: PodRequest, intent: String? = nil, progress: Progress) async throws -> Pod {
    try await prepare()
    try Task.checkCancellation()
    let intent = intent ?? PodIntent.unique(for: request.name)
    let creation = PodCreation(provider: provider, poller: poller, books: books, time: time, progress: progress)
    let existing = try await books.store.find(intent: intent)
    let record: PodRecord
    if let existing {
      record = existing
      if record.podId != nil || !record.isLive { return try settled(record) }
    } else {
      record = try await books.open(request, intent: intent)
    }
    let prepared = request.prepared(intent: intent, publicKey: publicKey)
    // Not a child of this task: a call that is broken off half-way leaves a pod that nobody knows of.
    let task =
      creations[record.number]
      ?? Task {
        if existing == nil { return try await creation.run(prepared, record: record) }
        return try await creation.search(record, after: Failure(.ambiguousOutcome, "The creation was cut short."))
      }
    creations[record.number] = task
    defer { creations[record.number] = nil }
    let result = await task.result
    if Task.isCancelled {
      try await undo(result, record)
      throw CancellationError()
    }
    let pod = Pod(try result.get())
    progress.report("Pod \(pod.id ?? pod.name) is rented", fraction: 1)
    return pod
  }

  /// What an earlier creation under the same intent came to.
  private func settled(_ record: PodRecord) throws -> Pod {
    guard record.state == .failed else { return Pod(record) }
    throw Failure(.conflict, "The creation named \(record.name) was refused.", hint: "Use a new name to try again.")
  }

  /// Ends what a creation made that nobody waits for any more.
  ///
  /// - Throws: The failure that names the pod when it could not be ended; being overdue in the books, it is tried again.
  private func undo(_ result: Result<PodRecord, any Error>, _ record: PodRecord) async throws {
    let id =
      switch result {
      case .success(let record): record.podId
      case .failure(let failure as Failure): failure.resources["podId"]
      case .failure: nil as String?
      }
    guard let id else {
      // Should there be a pod all the same, it is overdue from the moment in which it is found.
      _ = try await books.change(record) { [now = time.now()] in if $0.isLive { $0.terminateAfter = now } }
      return
    }
    // A task of its own, awaited: this one is cancelled, and so would be every call that it makes.
    let ending = Task { try await self.terminate(id) }
    _ = try await ending.value
  }
}
