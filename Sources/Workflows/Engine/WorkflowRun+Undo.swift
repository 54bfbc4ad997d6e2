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
      guard try await isUndone(step, undo) else { continue }
      ledger.undone.insert(step.name)
      if ledger.steps[index].state != .failed { ledger.steps[index].state = .undone }
      try await writeIfPossible([event(index, "Cleaning up: \(step.title): undone")])
    }
    try await finish(cause.state, error: summary(of: cause))
  }

  /// Tries to undo a step for as long as it is worth it.
  private func isUndone(_ step: Step<Definition>, _ undo: @escaping Step<Definition>.Work) async throws -> Bool {
    let start = time.now()
    var attempt = 0
    while true {
      if stopSign.reason == .close { throw Interruption() }
      attempt += 1
      do {
        try await undo(self)
        return true
      } catch let error as Interruption {
        throw error
      } catch {
        if stopSign.reason == .close { throw Interruption() }
        let failure = Failure(any: error)
        let pause = Self.pauses.delay(afterAttempt: attempt)
        let isTimeUp = time.now().addingTimeInterval(pause.inSeconds) > start + step.patience.inSeconds
        guard !isTimeUp, failure.isWorthRepeating else {
          ledger.warnings.append(failure.message)
          try await writeIfPossible([.warning(failure.message, step: step.name)])
          return false
        }
        let sleep = time.sleep
        // A cancellation is no reason to hurry: it is what this is about.
        _ = try? await stopSign.watching(for: [.close]) { try await sleep(pause) }
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
    let gone = Set(ledger.removed.map(\.id))
    error.resources = error.resources.filter { !gone.contains($0.value) }
    let remainingIDs = Dictionary(ledger.remaining.map { ($0.key, $0.id) }, uniquingKeysWith: { $0 + "," + $1 })
    error.resources.merge(remainingIDs) { $1 }
    return error
  }

  private func writeIfPossible(_ events: [WorkflowEvent]) async throws {
    do {
      try await write(events)
    } catch let error as Journal.Lost {
      throw error
    } catch {
      // Cleaning up matters more than writing about it; whether the end can be written is told at the end.
    }
  }
}

extension Failure {
  /// Whether the same attempt may succeed a little later.
  fileprivate var isWorthRepeating: Bool {
    retryable || [.ambiguousOutcome, .networkFailure, .storeFailure].contains(kind)
  }
}
