import Concurrency
import FoundationEssentials
import Outside
import Reporting
import Storage

/// One workflow at work: does its steps in order, writing before and after each, and undoes them when one fails.
actor WorkflowRun<Definition: WorkflowDefinition>: AnyRun {
  nonisolated let id: String
  nonisolated let parameters: Definition.Parameters
  nonisolated let desk: WorkflowDesk
  nonisolated let created: Date
  nonisolated let stopSign = StopSign()
  nonisolated let bulletin = Bulletin()
  nonisolated let steps: [Step<Definition>]
  private nonisolated let causeAtStart: Failure?
  /// Hears what happens, besides the journal.
  nonisolated let listener: Progress?
  var ledger: Ledger<Definition.Facts>
  /// The number of the step that is being done, from 0.
  var current = 0
  var lastWrite: Task<Void, any Error>?
  /// Parts that have made what costs money from then on: since when, and USD an hour.
  var meters: [(since: Date, perHour: Double)] = []

  nonisolated var world: any WorkflowWorld { desk.world }
  nonisolated var time: TimeSource { desk.time }

  var facts: Definition.Facts {
    get { ledger.facts }
    set { ledger.facts = newValue }
  }

  /// - Parameter cause: Why it is to be undone from the start, if it is.
  init(
    _ record: WorkflowRecord,
    _ parameters: Definition.Parameters,
    _ ledger: Ledger<Definition.Facts>,
    cause: Failure? = nil,
    listener: Progress? = nil,
    at desk: WorkflowDesk
  ) {
    id = record.id
    created = record.created
    self.parameters = parameters
    self.desk = desk
    self.ledger = ledger
    causeAtStart = cause
    self.listener = listener
    steps = Definition.steps(for: parameters)
    // Another version may know other steps.
    self.ledger.steps = steps.map { step in
      ledger.steps.first { $0.name.bytes == step.name.bytes } ?? WorkflowStep(name: step.name, title: step.title)
    }
  }

  /// Goes on from where it is to its end, or to where it is left.
  ///
  /// - Returns: What kept the end from being written.
  func run() async -> Failure? {
    let progress = Task { await writeProgress() }
    let reminder = Task { [bulletin] in await bulletin.remind(after: .seconds(15)) }
    let failure = await runToEnd()
    progress.cancel()
    reminder.cancel()
    await progress.value
    await reminder.value
    return failure
  }

  private func runToEnd() async -> Failure? {
    do {
      if let causeAtStart, ledger.cause == nil { ledger.cause = .init(state: .cancelled, error: .init(causeAtStart)) }
      if ledger.cause == nil { try await goForward() }
      if ledger.cause == nil {
        try await finish(.succeeded, error: nil)
      } else {
        try await goBack()
      }
      return nil
    } catch is Interruption {
      return await leave()
    } catch is CancellationError {
      // Nobody cancels this task: what it works with is being closed.
      return await leave()
    } catch is Journal.Lost {
      return nil
    } catch {
      return error as? Failure ?? Failure(.storeFailure, "The end of workflow \(id) could not be written: \(error).")
    }
  }

  func cost() async -> Double? { await Definition.cost(of: self) }

  // MARK: What steps use

  /// Where the present step says how far it is.
  var progress: Progress { bulletin.progress(of: current) }

  /// Puts what the present step has found out so far on the disk.
  func note() async throws { try await writeStep([]) }

  func didCreate(_ resource: WorkflowResource) {
    if !ledger.created.contains(resource) { ledger.created.append(resource) }
  }

  func didRemove(_ resource: WorkflowResource) {
    if !ledger.removed.contains(resource) { ledger.removed.append(resource) }
  }

  func warn(_ message: String) async throws {
    ledger.warnings.append(message)
    try await writeStep([.warning(message, step: steps[current].name)])
  }

  // MARK: Forwards

  /// Returns when all is done, or `ledger.cause` says why it is to be undone.
  private func goForward() async throws {
    for (index, step) in steps.enumerated() where [.pending, .running].contains(ledger.steps[index].state) {
      do {
        try await perform(step, index)
      } catch let error as Journal.Lost {
        throw error
      } catch let error as Interruption {
        throw error
      } catch {
        try await fail(step, index, error)
        if ledger.cause != nil { return }
      }
    }
  }

  private func perform(_ step: Step<Definition>, _ index: Int) async throws {
    if stopSign.reason != nil { throw CancellationError() }
    current = index
    bulletin.begin(index, step.title)
    ledger.steps[index].state = .running
    ledger.steps[index].started = ledger.steps[index].started ?? time.now()
    let start = Double(index) / Double(steps.count)
    try await writeStep([event(index, prefix(index) + step.title, fraction: start)])
    let hazard = Definition.hazard(of: self)
    try await stopSign.watching(for: step.isAtomic ? [.cancel] : [.cancel, .close]) {
      try await Self.unless(hazard) { try await step.work(self) }
    }
    ledger.steps[index].state = .succeeded
    ledger.steps[index].message = nil
    ledger.steps[index].finished = time.now()
    let end = Double(index + 1) / Double(steps.count)
    try await writeStep([event(index, "\(prefix(index))\(step.title): done", fraction: end)])
  }

  /// Does the work, or as much of it as is done when `hazard` returns.
  ///
  /// - Throws: What `hazard` returned; it failing is no reason to stop.
  private static func unless(
    _ hazard: (@Sendable () async throws -> Failure)?,
    _ work: @escaping @Sendable () async throws -> Void
  ) async throws {
    guard let hazard else { return try await work() }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await work()
        return true
      }
      group.addTask {
        guard let failure = try? await hazard() else { return false }
        throw failure
      }
      defer { group.cancelAll() }
      while let isDone = try await group.next(), !isDone {}
    }
  }

  /// What can be undone does not go on when that cannot be written; what cannot, a teardown, does.
  private func writeStep(_ events: [WorkflowEvent]) async throws {
    if Definition.isReversible { try await write(events) } else { try await writeIfPossible(events) }
  }

  /// Takes in that a step did not come to its end.
  private func fail(_ step: Step<Definition>, _ index: Int, _ error: any Error) async throws {
    switch stopSign.reason {
    case .close: throw Interruption()
    case .cancel: ledger.cause = .init(state: .cancelled, error: .init(.cancelled))
    case nil:
      let failure = await Definition.explain(Failure(any: error), of: self)
      ledger.steps[index].state = .failed
      ledger.steps[index].message = failure.message
      ledger.steps[index].finished = time.now()
      if step.isOptional {
        ledger.warnings.append(failure.message)
        let failed = event(index, "\(prefix(index))\(step.title): failed")
        return try await writeStep([failed, .warning(failure.message, step: step.name)])
      }
      var told = failure
      told.details["step"] = step.name
      ledger.cause = .init(state: .failed, error: .init(told))
    }
  }
}

/// The service closes: the workflow is left in the journal as it is.
struct Interruption: Error {}

extension Failure {
  /// Every error as a failure; those that are none are faults of ours.
  init(any error: any Error) {
    self = error as? Failure ?? Failure(.apiFailure, "Something unforeseen went wrong: \(error).")
  }
}
