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
    let stopping = try await books.change(record) { [now = time.now()] in $0.become(.stopping, at: now) }
    do {
      guard let remote = try await provider.stop(id: id) else { return Pod(try await refreshed(id)) }
      return Pod(try await books.take(remote))
    } catch {
      _ = try await books.change(stopping) { [now = time.now()] in
        if $0.state == .stopping { $0.become(record.state, at: now) }
      }
      guard !(error is CancellationError), let now = try? await refreshed(id) else { throw error }
      // The answer was lost or untrue, and the pod is stopped all the same.
      guard now.state == .stopped else { throw error }
      return Pod(now)
    }
  }

  /// Starts a stopped pod again on its host. Its public port will be another one.
  ///
  /// - Parameters:
  ///   - gpuCount: As it had when nil.
  ///   - bidPerGpu: USD an hour, for a spot pod; as it had when nil.
  /// - Throws: `Failure(.noCapacity)` when the host has no free GPU; `Failure(.notFound)` when there is no such pod;
  ///   `Failure(.conflict)` for a spot pod and another number of GPUs where RunPod's API has no place for them;
  ///   `Failure(.insufficientBalance)` when all pods together would cost too much.
  package func resume(_ id: String, gpuCount: Int?, bidPerGpu: Double?) async throws -> Pod {
    let record = try await wanted(id)
    // A spot pod is refused by the plain resume; RunPod takes it back for a bid only.
    let bid = bidPerGpu ?? (record.interruptible ? record.bidPerGpu ?? 0.5 : nil)
    let count = gpuCount ?? record.gpuCount
    try check(record, canResume: id, asSpotPod: bid != nil, gpuCount: count)
    try await books.check(budget: budget, adding: record)
    let resumed: RemotePod?
    do {
      resumed = try await provider.resume(id: id, gpuCount: count, bidPerGpu: bid)
    } catch let failure as Failure {
      // RunPod has answered with an internal error for pods that it did start.
      guard !failure.isRefusal, let remote = try? await provider.pod(id: id), remote.desiredStatus == "RUNNING" else {
        throw failure.adding(resource: "podId", id)
      }
      resumed = remote
    }
    let starting = try await books.change(record) { [now = time.now()] in
      $0.gpuCount = count
      // It would be stopped again at once.
      if let stopAfter = $0.stopAfter, stopAfter <= now { $0.stopAfter = nil }
      if record.interruptible { $0.bidPerGpu = bid }
      $0.become(.starting, at: now)
    }
    // The runtime in this answer, if any, is of the time before: its port leads nowhere, or to somebody else.
    guard var remote = resumed else { return Pod(starting) }
    remote.runtime = nil
    return Pod(try await books.take(remote))
  }

  /// What RunPod's REST API cannot resume is refused before it costs something else than before.
  private func check(_ record: PodRecord, canResume id: String, asSpotPod: Bool, gpuCount: Int) throws {
    guard !provider.face.hasSpotPods else { return }
    guard asSpotPod || gpuCount != record.gpuCount else { return }
    throw Failure(
      .conflict,
      "RunPod's REST API (v2), which is in use, resumes \(asSpotPod ? "no spot pods" : "a pod with its own GPUs only").",
      hint: asSpotPod ? "Terminate pod \(id) and create another; its volume goes with it." : "Leave out gpuCount.",
      resources: ["podId": id]
    )
  }

  /// Ends the pod for good and makes sure through the account's list that it is gone.
  ///
  /// - Returns: The pod as terminated, also when it was gone before.
  /// - Throws: `Failure(.notFound)` when there never was such a pod. Whatever else fails, the pod is overdue in the books
  ///   from now on, so that any living server goes on ending it.
  package func terminate(_ id: String) async throws -> Pod {
    let record = try await known(id)
    guard record.isLive else { return Pod(record) }
    let ending = try await books.change(record, flushed: true) { [now = time.now()] in
      $0.terminateAfter = min($0.terminateAfter ?? now, now)
      $0.become(.terminating, at: now)
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

  /// The row of a pod, entered after a call when it is not in the books.
  private func known(_ id: String) async throws -> PodRecord {
    if let record = try await books.store.find(podId: id) { return record }
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
