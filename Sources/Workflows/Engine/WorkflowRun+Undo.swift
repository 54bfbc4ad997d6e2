import Concurrency
import FoundationEssentials
import Reporting

extension WorkflowRun {
  private static var pauses: Backoff { Backoff(first: .seconds(2), limit: .seconds(30)) }

  /// Undoes what was begun, last things first, and ends as the cause says. What cannot be undone is told of.
  ///
  /// Runs in a task that nobody cancels. Goes on also when the journal cannot be written.
  func goBack() async throws {
    guard let cause = ledger.cause else { return }
    try await writeIfPossible([WorkflowEvent(type: .undoing, message: "Cleaning up: \(cause.error.message)")])
    for (index, step) in steps.enumerated().reversed() {
      guard let undo = step.undo, ledger.steps[index].state != .pending, !ledger.undone.contains(step.name) else {
        continue
      }
      current = index
      bulletin.begin(index, step.title)
      guard let undoing = try await outcome(of: undo, step) else { continue }
      ledger.undone.insert(step.name)
      if undoing == .undone, ledger.steps[index].state != .failed { ledger.steps[index].state = .undone }
      let words = undoing == .undone ? "undone" : "left as it is"
      try await writeIfPossible([event(index, "Cleaning up: \(step.title): \(words)")])
    }
    try await finish(cause.state, error: summary(of: cause))
  }

  /// Tries to undo a step for as long as it is worth it.
  ///
  /// - Returns: nil when it could not be undone.
  private func outcome(
    of undo: @escaping Step<Definition>.Undo,
    _ step: Step<Definition>
  ) async throws -> Step<Definition>.Undoing? {
    do {
      return try await persistently(for: step.patience) {
        try await stopSign.watching(for: [.close]) { try await undo(self) }
      }
    } catch  where error is Interruption || error is CancellationError || error is Journal.Lost {
      throw error
    } catch {
      let failure = Failure(any: error)
      ledger.warnings.append(failure.message)
      try await writeIfPossible([.warning(failure.message, step: step.name)])
      return nil
    }
  }

  /// Tries something again and again, with growing pauses, for as long as its failures may pass.
  ///
  /// - Parameter patience: How long.
  /// - Throws: The last failure; `Interruption` when the service closes.
  func persistently<Result>(for patience: Duration, _ body: () async throws -> Result) async throws -> Result {
    let end = time.now() + patience.inSeconds
    var attempt = 0
    while true {
      if stopSign.reason == .close { throw Interruption() }
      attempt += 1
      do {
        return try await body()
      } catch let error as Interruption {
        throw error
      } catch {
        if stopSign.reason == .close { throw Interruption() }
        let pause = Self.pauses.delay(afterAttempt: attempt)
        guard let failure = error as? Failure, failure.isWorthRepeating, time.now() + pause.inSeconds <= end else {
          throw error
        }
        let sleep = time.sleep
        // A cancellation is no reason to hurry: it may be what this is about.
        try? await stopSign.watching(for: [.close]) { try await sleep(pause) }
      }
    }
  }

  /// What happened, what was cleaned up, and what is still there.
  private func summary(of cause: Ledger<Definition.Facts>.Cause) -> WorkflowError {
    var error = cause.error
    let cleaned = ledger.removed.map(\.words).joined(separator: ", ")
    let remaining = ledger.remaining.map(\.words).joined(separator: ", ")
    if !cleaned.isEmpty { error.message += " Cleaned up: \(cleaned)." }
    if !remaining.isEmpty { error.message += " Still there: \(remaining)." }
    if !cleaned.isEmpty { error.details["cleaned"] = cleaned }
    if !remaining.isEmpty { error.details["remaining"] = remaining }
    error.details["workflowId"] = id
    // Characters: ids are ASCII where they enter.
    let gone = Set(ledger.removed.map(\.id))
    error.resources = error.resources.filter { !gone.contains($0.value) }
    // Characters: ids are ASCII where they enter.
    let remainingIDs = Dictionary(ledger.remaining.map { ($0.key, $0.id) }, uniquingKeysWith: { $0 + "," + $1 })
    error.resources.merge(remainingIDs) { $1 }
    return error
  }

  /// Writes what can be written. Cleaning up matters more than writing about it; whether the end can be written is told at
  /// the end.
  func writeIfPossible(_ events: [WorkflowEvent]) async throws {
    do {
      try await write(events)
    } catch let error as Journal.Lost {
      throw error
    } catch {}
  }
}

extension Failure {
  /// Whether the same attempt may succeed a little later.
  fileprivate var isWorthRepeating: Bool {
    retryable || [.ambiguousOutcome, .networkFailure, .storeFailure].contains(kind)
  }
}
