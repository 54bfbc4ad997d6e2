import Concurrency
package import FoundationEssentials
package import Reporting
package import RunPodAPI
import Storage

extension PodManager {
  /// Rents a pod: writes the intent, calls once for each candidate until one is met, and follows an unclear answer until it
  /// is settled.
  ///
  /// A caller that is cancelled gets `CancellationError` after the call has ended, and the pod, if one was made, is
  /// terminated again.
  ///
  /// - Parameters:
  ///   - request: GPU types may be named as people say them ("4090"). The offers are looked at first, and what is hopeless is
  ///     not asked for. With `interruptible: prefer` it becomes a spot pod where one is cheaper, else one on demand.
  ///   - intent: A unique name of the caller's own (`PodIntent.unique(for:)`) under which it finds the pod again: a second
  ///     creation with it rents nothing and returns what the first one made. Without, one is made of the request's name.
  ///   - heldFor: Seconds after which any living server is to end the pod, unless `hold` has moved that time by then.
  ///   - grace: Seconds that a job of a GitHub runner may go on after the request's end.
  ///   - claim: The pod is still to be claimed; nil: it needs no claim.
  /// - Throws: What RunPod refused it for, with the answer to each candidate when there are several;
  ///   `Failure(.ambiguousOutcome)` when it cannot be told whether there is a pod. Whenever there is one, the failure names
  ///   it in `resources["podId"]`.
  package func create(
    _ request: PodRequest,
    intent: String? = nil,
    heldFor: TimeInterval? = nil,
    grace: TimeInterval? = nil,
    claim: PodClaim? = nil,
    progress: Progress
  ) async throws -> Pod {
    try await prepare()
    try Task.checkCancellation()
    await learnTime(for: request, isHeld: heldFor != nil && claim == nil)
    let timed = try request.timed(at: time.now())
    let intent = intent ?? PodIntent.unique(for: request.name)
    let task: Task<PodRecord, any Error>
    let record: PodRecord
    if let existing = try await books.store.find(intent: intent) {
      record = existing
      if record.podId != nil || !record.isLive { return try settled(record) }
      let creation = creation(budget: nil, progress)
      // Not a child of this task: a call that is broken off half-way leaves a pod that nobody knows of.
      task =
        creations[record.number]
        ?? Task {
          try await creation.search(existing, after: Failure(.ambiguousOutcome, "The creation was cut short."))
        }
    } else {
      try timed.check(face: provider.face)
      let (named, planned) = try await plan(for: timed, progress: progress)
      let creation = creation(budget: try await accountBudget(), progress)
      let keys = try await publicKeys(for: named)
      let prepared = named.prepared(intent: intent, publicKeys: keys, tag: try await tag(of: named, grace))
      guard
        let (plan, opened) = try await open(
          named,
          planned,
          creation.budget,
          intent: intent,
          heldFor: heldFor,
          grace: grace,
          claim: claim
        )
      else {
        // Another process has just opened it.
        return try await create(request, intent: intent, progress: progress)
      }
      record = opened
      task = Task { try await creation.run(prepared, plan: plan, record: opened) }
    }
    creations[record.number] = task
    defer { creations[record.number] = nil }
    let result = await task.result
    if Task.isCancelled {
      try await undo(result, record)
      throw CancellationError()
    }
    let pod = Pod(try result.get())
    try await check(pod, against: request)
    let kind = pod.interruptible ? "as a spot pod" : "on demand"
    let price = pod.costPerHour.map { ", for \($0.dollars) an hour" } ?? ""
    progress.report("Pod \(pod.id ?? pod.name) is rented \(kind)\(price)", fraction: 1)
    return pod
  }

  /// What the pod carries about its owner and its end.
  private func tag(of request: PodRequest, _ grace: TimeInterval?) async throws -> PodTag {
    PodTag(
      ownerId: try await books.store.installationId(),
      owner: owner,
      created: time.now(),
      // Who goes by the tag cannot tell whether a job runs.
      terminateAfter: request.terminateAfter.map { $0 + (grace ?? 0) },
      stopAfter: request.stopAfter,
      maxCost: request.maxCost
    )
  }

  private func creation(budget: Budget?, _ progress: Progress) -> PodCreation {
    PodCreation(provider: provider, poller: poller, books: books, time: time, budget: budget, progress: progress)
  }

  /// Writes the creation into the state file.
  ///
  /// - Returns: nil when another process has just opened it.
  private func open(
    _ request: PodRequest,
    _ plan: CapacityPlan,
    _ budget: Budget?,
    intent: String,
    heldFor: TimeInterval?,
    grace: TimeInterval?,
    claim: PodClaim?
  ) async throws -> (CapacityPlan, PodRecord)? {
    var plan = plan
    var last: Failure?
    while let first = plan.attempts.first {
      do {
        let record = try await books.open(
          request,
          intent: intent,
          attempt: first,
          heldUntil: heldFor.map { time.now() + $0 },
          grace: grace,
          claim: claim,
          budget: budget
        )
        return record.map { (plan, $0) }
      } catch let failure as Failure where failure.isOverBudget {
        last = failure
        plan.skipFirst(because: failure)
      }
    }
    if let last, plan.skipped.count == 1 { throw last }
    throw Failure.noCandidate(plan.skipped)
  }

  /// Ends a pod that turned out to cost more than was asked for: prices can change between a look and a creation.
  private func check(_ pod: Pod, against request: PodRequest) async throws {
    guard let limit = request.maxCostPerHour, let cost = pod.costPerHour, let id = pod.id, cost > limit * 1.001 else {
      return
    }
    _ = try await terminate(id)
    throw Failure(
      .noCapacity,
      "The pod that RunPod gave costs \(cost.dollars) an hour, more than \(limit.dollars). It was terminated.",
      hint: "Try again, or allow more by maxCostPerHour."
    )
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
