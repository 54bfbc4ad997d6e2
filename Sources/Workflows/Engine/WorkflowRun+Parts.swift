import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Storage

/// Workflows that are parts of another one: rows of their own, named by their place in it, so that they are found again.
extension WorkflowRun {
  nonisolated func partID(_ index: Int) -> String { "\(id).\(index + 1)" }

  /// Runs parts side by side, and returns when all of them have stopped.
  ///
  /// Those that are over since an earlier life of this workflow are not run again.
  ///
  /// - Parameters:
  ///   - parameters: By the parts' places, from 0.
  ///   - limit: How many at once.
  ///   - stopOnFailure: Whether the first that does not succeed cancels the others; what has not begun is left out.
  /// - Throws: `CancellationError` when this workflow was told to stop, `Interruption` when the service closes.
  func runParts<Part: WorkflowDefinition>(
    _ type: Part.Type,
    _ parameters: [(index: Int, parameters: Part.Parameters)],
    limit: Int,
    stopOnFailure: Bool
  ) async throws {
    let parts = PartsProgress(count: parameters.count, progress: progress)
    let isStopped = Locked(false)
    let stopAll = { @Sendable [id, desk] in
      isStopped.withLock { $0 = true }
      desk.runs.stop(.cancel) { $0.bytes.hasPrefix("\(id).") }
    }
    try await withTaskCancellationHandler {
      var tally = (done: 0, failed: 0)
      try await withThrowingTaskGroup(of: Workflow.self) { group in
        var waiting = Array(parameters.enumerated().reversed())
        var running = 0
        while true {
          while running < limit, !Task.isCancelled, !isStopped.withLock({ $0 }), let next = waiting.popLast() {
            group.addTask {
              let (index, parameters) = next.element
              return try await self.runPart(type, parameters, index, parts.part(next.offset), isStopped)
            }
            running += 1
          }
          guard let part = try await group.next() else { break }
          guard part.state.isOver else { throw Interruption() }
          running -= 1
          tally.done += 1
          if part.state != .succeeded { tally.failed += 1 }
          if stopOnFailure, tally.failed > 0 { stopAll() }
          try await tell(part, tally, of: parameters.count)
        }
      }
      try Task.checkCancellation()
    } onCancel: {
      // When the service closes, each part is told by itself.
      if stopSign.reason == .cancel { stopAll() }
    }
  }

  /// USD by now for what the parts have rented since this server is at work on them.
  func costOfParts() async -> Double {
    let now = time.now()
    return meters.reduce(0) { $0 + $1.perHour * now.timeIntervalSince($1.since) / 3600 }
      + (await desk.runs.costOfParts(of: id))
  }

  /// Undoes parts that had succeeded, or are half-way. Those that cannot be undone are finished.
  ///
  /// - Throws: `Interruption` when the service closes.
  func undoParts(limit: Int) async throws {
    let parts = try await desk.journal.store.parts(of: id)
    let cause = Failure(.cancelled, "The fleet was undone.", retryable: true)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, part) in parts.reversed().enumerated()
      where isToBeUndone(part) {
        if number >= limit { try await group.next() }
        group.addTask { [desk] in await (try desk.takeOver(part, cause: cause))?.value }
      }
      try await group.waitForAll()
    }
    let now = try await desk.journal.store.parts(of: id).map { try Workflow($0) }
    if now.contains(where: { !$0.state.isOver }) { throw Interruption() }
  }

  private func runPart<Part: WorkflowDefinition>(
    _ type: Part.Type,
    _ parameters: Part.Parameters,
    _ index: Int,
    _ listener: Progress,
    _ isStopped: Locked<Bool>
  ) async throws -> Workflow {
    let partID = partID(index)
    // A journal that cannot be written now can be a little later: the part is taken up again then.
    return try await persistently(for: .seconds(60)) {
      let task: Task<Void, Never>?
      if let known = try await desk.journal.store.get(partID) {
        if WorkflowState(rawValue: known.state)?.isOver == true { return try Workflow(known) }
        task = try await desk.takeOver(known, listener: listener)
      } else {
        task = try await desk.start(type, parameters, id: partID, parent: id, listener: listener)
      }
      // All may have been stopped while this one was being entered in the journal.
      if isStopped.withLock({ $0 }) { desk.runs.stop(.cancel) { $0.bytes == partID.bytes } }
      await task?.value
      if let failure = desk.runs.failure(of: partID) { throw failure }
      guard let record = try await desk.journal.store.get(partID) else { throw Journal.Lost() }
      return try Workflow(record)
    }
  }

  private func tell(_ part: Workflow, _ tally: (done: Int, failed: Int), of count: Int) async throws {
    if let result = part.result as? RunnerSetupResult, let perHour = result.costPerHour {
      meters.append((part.created, perHour))
    }
    let failed = tally.failed == 0 ? "" : ", \(tally.failed) not"
    try await write([
      WorkflowEvent(
        type: .member,
        message: "\(tally.done - tally.failed) of \(count) have succeeded\(failed)",
        fraction: Double(tally.done) / Double(count),
        state: part.state.rawValue,
        workflowId: part.id
      )
    ])
  }

  private nonisolated func isToBeUndone(_ part: WorkflowRecord) -> Bool {
    switch WorkflowState(rawValue: part.state) {
    case .succeeded: desk.catalog[WorkflowKind(rawValue: part.kind)]?.isReversible == true
    case .running, .interrupted: true
    default: false
    }
  }
}
