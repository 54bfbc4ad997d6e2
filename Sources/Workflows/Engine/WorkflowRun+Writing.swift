import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Storage

extension WorkflowRun {
  /// How often progress is written down.
  private static var progressInterval: Duration { .seconds(2) }

  /// Writes how far it is, with what has happened, in one transaction. One write after the other, each with what is known
  /// by then; a cancellation does not reach it.
  ///
  /// - Parameter flushed: Whether it must survive a power cut. Steps need not: their work can be done again.
  func write(
    _ events: [WorkflowEvent],
    flushed: Bool = false,
    _ change: @escaping @Sendable (inout WorkflowRecord) -> Void = { _ in }
  ) async throws {
    let task = Task { [lastWrite] in
      _ = await lastWrite?.result
      try await writeNow(events, flushed: flushed, change)
    }
    lastWrite = task
    try await task.value
  }

  private func writeNow(
    _ events: [WorkflowEvent],
    flushed: Bool,
    _ change: @escaping @Sendable (inout WorkflowRecord) -> Void
  ) async throws {
    let events = events.map(neverFalling)
    let text = try JournalForm.encode(ledger)
    try await desk.journal.update(id, flushed: flushed, events: events) { record in
      record.steps = text
      change(&record)
    }
    for event in events {
      if let message = event.message { listener?.report(message, fraction: event.fraction) }
    }
  }

  private func neverFalling(_ event: WorkflowEvent) -> WorkflowEvent {
    guard let fraction = event.fraction else { return event }
    ledger.fraction = max(ledger.fraction, fraction)
    var event = event
    event.fraction = ledger.fraction
    return event
  }

  /// Writes that it has ended.
  func finish(_ state: WorkflowState, error: WorkflowError?) async throws {
    for index in steps.indices {
      switch ledger.steps[index].state {
      case .pending: ledger.steps[index].state = .skipped
      case .running: ledger.steps[index].state = Definition.isReversible ? .undone : .failed
      case .succeeded, .failed, .skipped, .undone: break
      }
    }
    let result = try await Definition.result(of: self, in: state).map { try JournalForm.encode($0) }
    let errorText = try error.map { try JournalForm.encode($0) }
    let end = WorkflowEvent(type: .finished, message: error?.message ?? summary, fraction: 1, state: state.rawValue)
    try await write([end], flushed: true) { record in
      record.state = state.rawValue
      record.result = result
      record.error = errorText
      record.wish = nil
    }
  }

  /// Leaves it in the journal for whoever takes it up.
  func leave() async -> Failure? {
    do {
      let end = WorkflowEvent(type: .interrupted, message: "The service is closing")
      try await write([end], flushed: true) { record in
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
    let cost = await Definition.cost(of: self)
    let event = WorkflowEvent(
      type: .progress,
      message: (isUndoing ? "Cleaning up: " : prefix(current)) + news.update.message + aside(news.age, cost),
      fraction: isUndoing ? ledger.fraction : share,
      step: steps[current].name,
      costSoFar: cost
    )
    try await write([event])
  }

  /// How long it has been like this, and what it has cost: ", for 40 s, $0.02 so far". A fleet tells it for its members.
  private func aside(_ age: Duration?, _ cost: Double?) -> String {
    guard listener == nil else { return "" }
    let time = age.map { ", for \($0.components.seconds) s" } ?? ""
    guard let cost, cost >= 0.001 else { return time }
    let unit = cost < 1 ? 1000.0 : 100
    return "\(time), $\((cost * unit).rounded() / unit) so far"
  }

  /// What it took, made and took away: "Done in 93 s: created pod 50qynxzilsxoey, runner gpu-1".
  private var summary: String {
    let lists = [("created", ledger.created), ("removed", ledger.removed)].filter { !$0.1.isEmpty }
    let words = lists.map { "\($0.0) \($0.1.map(\.words).joined(separator: ", "))" }.joined(separator: "; ")
    return "Done in \(Int(limited: seconds.rounded())) s" + (words.isEmpty ? "" : ": \(words)")
  }

  /// Since when it is under way, in seconds.
  var seconds: Double { time.now().timeIntervalSince(created) }

  /// "Step 2/5: ".
  func prefix(_ index: Int) -> String { steps.count == 1 ? "" : "Step \(index + 1)/\(steps.count): " }

  /// What a step has become.
  func event(_ index: Int, _ message: String, fraction: Double? = nil) -> WorkflowEvent {
    WorkflowEvent(
      type: .step,
      message: message,
      fraction: fraction ?? ledger.fraction,
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
