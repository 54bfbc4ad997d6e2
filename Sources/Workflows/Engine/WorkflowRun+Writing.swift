import Concurrency
import FoundationEssentials
import Reporting
import Storage

extension WorkflowRun {
  /// How often progress is written down.
  private static var progressInterval: Duration { .seconds(2) }

  /// Writes how far it is, with what has happened, in one transaction.
  func write(
    _ events: [WorkflowEvent],
    flushed: Bool = true,
    _ change: @escaping @Sendable (inout WorkflowRecord) -> Void = { _ in }
  ) async throws {
    let text = try JournalForm.encode(ledger)
    try await desk.journal.update(id, flushed: flushed, events: events) { record in
      record.steps = text
      change(&record)
    }
  }

  /// Writes that it has ended.
  func finish(_ state: WorkflowState, error: WorkflowError?) async throws {
    for index in steps.indices {
      switch ledger.steps[index].state {
      case .pending: ledger.steps[index].state = .skipped
      case .running: ledger.steps[index].state = .undone
      case .succeeded, .failed, .skipped, .undone: break
      }
    }
    let result = try await Definition.result(of: self, in: state).map { try JournalForm.encode($0) }
    let errorText = try error.map { try JournalForm.encode($0) }
    let seconds = Int(time.now().timeIntervalSince(created).rounded())
    let message = error?.message ?? "Done in \(seconds) s"
    let end = WorkflowEvent(type: .finished, message: message, fraction: 1, state: state.rawValue)
    try await write([end]) { record in
      record.state = state.rawValue
      record.result = result
      record.error = errorText
      record.wish = nil
    }
  }

  /// Leaves it in the journal for whoever takes it up.
  func leave() async -> Failure? {
    do {
      try await write([WorkflowEvent(type: .interrupted, message: "The service is closing")]) { record in
        record.state = WorkflowState.interrupted.rawValue
        record.owner = nil
      }
      return nil
    } catch {
      return error as? Failure
    }
  }

  /// Writes progress down, now and then, until it is cancelled.
  func writeProgress() async {
    for await news in bulletin.news {
      // That it cannot be written is for the steps to find out.
      try? await record(news)
      try? await Task.sleep(for: Self.progressInterval)
    }
  }

  private func record(_ news: Bulletin.News) async throws {
    guard news.step == current, ledger.steps[current].state == .running || ledger.cause != nil else { return }
    let isUndoing = ledger.cause != nil
    if !isUndoing { ledger.steps[current].message = news.update.message }
    let share = (Double(current) + min(max(news.update.fraction ?? 0, 0), 1)) / Double(steps.count)
    ledger.fraction = max(ledger.fraction, isUndoing ? 0 : share)
    let event = WorkflowEvent(
      type: .progress,
      message: (isUndoing ? "Cleaning up: " : prefix(current)) + news.update.message,
      fraction: ledger.fraction,
      step: steps[current].name
    )
    try await write([event], flushed: false)
  }

  /// "Step 2/5: ".
  func prefix(_ index: Int) -> String { steps.count == 1 ? "" : "Step \(index + 1)/\(steps.count): " }

  /// What a step has become.
  func event(_ index: Int, _ message: String, fraction: Double? = nil) -> WorkflowEvent {
    if let fraction { ledger.fraction = max(ledger.fraction, fraction) }
    return WorkflowEvent(
      type: .step,
      message: message,
      fraction: ledger.fraction,
      step: steps[index].name,
      state: ledger.steps[index].state.rawValue
    )
  }
}

extension WorkflowEvent {
  static func warning(_ message: String, step: String) -> WorkflowEvent {
    WorkflowEvent(type: .warning, message: "Warning: \(message)", step: step)
  }
}
