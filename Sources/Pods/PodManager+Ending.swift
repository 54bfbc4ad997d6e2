import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Storage

extension PodManager {
  /// Waits between looks whether a terminated pod is gone.
  private static let looks: [Duration] = [1, 2, 4, 8].map { .seconds($0) }

  /// Stops the pod: the GPU is given back, the volume is kept and paid for.
  ///
  /// - Throws: `Failure(.notFound)` when there is no such pod.
  package func stop(_ id: String) async throws -> Pod {
    let record = try await wanted(id)
    let stopping = try await books.change(record) { [now = time.now()] in
      $0.become(.stopping, at: now)
      $0.lastStatusChange = PodRecord.stopWords
    }
    do {
      guard let remote = try await provider.stop(id: id) else { return Pod(try await refreshed(id)) }
      return Pod(try await books.take(remote))
    } catch {
      _ = try await books.change(stopping) { [now = time.now()] in
        guard $0.state == .stopping else { return }
        $0.become(record.state, at: now)
        $0.lastStatusChange = record.lastStatusChange
      }
      guard !(error is CancellationError), let now = try? await refreshed(id) else { throw error }
      // The answer was lost or untrue, and the pod is stopped all the same.
      guard now.state == .stopped else { throw error }
      return Pod(now)
    }
  }

  /// Ends the pod for good and makes sure through the account's list that it is gone.
  ///
  /// - Returns: The pod as terminated, also when it was gone before.
  /// - Throws: `Failure(.notFound)` when there never was such a pod. Whatever else fails, the pod is overdue in the books
  ///   from now on, so that any living server goes on ending it.
  package func terminate(_ id: String) async throws -> Pod { try await end(id, because: nil) }

  /// - Parameter sentence: What to keep of why the pod was terminated; nil: RunPod's own.
  func end(_ id: String, because sentence: String?) async throws -> Pod {
    let record = try await known(id)
    guard record.isLive else { return Pod(record) }
    let ending = try await books.changeIfPossible(record, flushed: true) { [now = time.now()] in
      $0.endNow(at: now)
      $0.become(.terminating, at: now)
      $0.lastStatusChange = sentence ?? $0.lastStatusChange
    }
    do {
      try await provider.terminate(id: id)
    } catch let failure as Failure where failure.kind == .notFound {
      // Only the list proves it.
    } catch let failure as Failure {
      throw failure.adding(resource: "podId", id)
    }
    return Pod(try await gone(ending, id: id))
  }

  /// Terminates the pods whose termination could not be finished, and says so. A service does this before anything else.
  ///
  /// A pod that cannot be terminated now stays due, for this service and for the next one.
  package func finishTeardowns() async {
    guard let rows = try? await books.store.live(account: accountId()) else { return }
    await withDiscardingTaskGroup { group in
      for record in rows where record.state == .terminating {
        guard let id = record.podId else { continue }
        notice(
          "Pod \(id) (\(record.name)) was to be terminated at \(record.statusSince.formatted(.iso8601)), which could not be "
            + "finished then. It is terminated now. By hand: runpod-rpc-call pods/terminate podId=\(id)"
        )
        group.addTask { _ = try? await self.terminate(id) }
      }
    }
  }

  /// Looks at the list until the pod is not on it: RunPod's answer to a termination proves nothing.
  private func gone(_ record: PodRecord, id: String) async throws -> PodRecord {
    var unseen: Failure?
    for wait in [.zero] + Self.looks {
      if wait > .zero { try await time.sleep(wait) }
      do {
        // The books learn of its absence as every list is entered in them.
        _ = try await poller.pods(.urgent)
        unseen = nil
      } catch let failure as Failure {
        unseen = failure
      }
      let now = try await books.store.find(podId: id) ?? record
      if !now.isLive { return now }
    }
    if let unseen { throw unseen.adding(resource: "podId", id) }
    throw Failure(
      .apiFailure,
      "RunPod accepted the termination of pod \(id) and still lists it.",
      hint: "The service goes on trying; look at the pod again in a minute.",
      resources: ["podId": id]
    )
  }

  /// The row of a pod, entered after a call when the state file does not know it.
  ///
  /// - Throws: `Failure(.notFound)` when there is no such pod; `Failure(.forbidden)` for a live pod of another account.
  func known(_ id: String) async throws -> PodRecord {
    // Twice: in between, RunPod may have told its id of the account, which renames it in the rows.
    for _ in 1...2 {
      let current = try await accountId()
      guard let record = try await books.store.find(podId: id) else { break }
      if !record.isLive || record.belongs(to: current) { return try await named(record) }
    }
    return try await refreshed(id)
  }

  /// The row of a pod that is there and is to stay.
  func wanted(_ id: String) async throws -> PodRecord {
    let record = try await known(id)
    guard record.isLive else { throw record.ended() }
    guard record.state != .terminating else {
      throw Failure(.conflict, "Pod \(id) is being terminated.", hint: "Create a new pod.", resources: ["podId": id])
    }
    return record
  }
}
