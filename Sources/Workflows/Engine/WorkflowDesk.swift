import Concurrency
import FoundationEssentials
import Pods
import Reporting
import Storage

/// What every run shares: the journal, the world, and the table of all runs.
struct WorkflowDesk: Sendable {
  let journal: Journal
  let catalog: WorkflowCatalog
  let world: any WorkflowWorld
  let time: TimeSource
  let runs = RunTable()

  /// Makes sure that there is all that workflows work with: without, neither going on nor undoing could work.
  ///
  /// - Throws: `Failure(.environmentIncomplete)`, say.
  func checkWorld() async throws {
    _ = try await world.pods()
    _ = try await world.runners()
    _ = try await world.access()
  }

  /// Enters a workflow in the journal and sets it going.
  func start<Definition: WorkflowDefinition>(
    _ type: Definition.Type,
    _ parameters: Definition.Parameters,
    id: String,
    parent: String? = nil,
    listener: Progress? = nil
  ) async throws -> Task<Void, Never> {
    let subject = try await Definition.subject(of: parameters, at: self)
    let previous = try await previous(about: subject)
    let facts = try await Definition.facts(for: parameters, after: previous, at: self)
    let steps = Definition.steps(for: parameters).map { WorkflowStep(name: $0.name, title: $0.title) }
    let ledger = Ledger(steps: steps, facts: facts)
    let record = WorkflowRecord(
      id: id,
      kind: Definition.kind.rawValue,
      state: WorkflowState.running.rawValue,
      parameters: try JournalForm.encode(parameters.withoutSecrets()),
      steps: try JournalForm.encode(ledger),
      owner: journal.owner,
      parent: parent,
      subject: subject,
      account: try await world.pods().accountId(),
      created: time.now()
    )
    return try await runs.reserving(id) {
      let event = WorkflowEvent(type: .started, message: "Started", fraction: 0)
      try await journal.insert(record, after: previous?.id, event)
      return launch(WorkflowRun<Definition>(record, parameters, ledger, listener: listener, at: self))
    }
  }

  /// Makes this server the owner of a workflow without a living one, and goes on with it.
  ///
  /// - Parameter cause: Why it is to be undone, if it is.
  /// - Returns: nil when someone else was first.
  func takeOver(
    _ record: WorkflowRecord,
    cause: Failure? = nil,
    listener: Progress? = nil
  ) async throws -> Task<Void, Never>? {
    guard let definition = catalog[WorkflowKind(rawValue: record.kind)] else {
      throw Failure(
        .storeFailure,
        "Workflow \(record.id) is of a kind that this version does not know: \(record.kind)."
      )
    }
    return try await takeOver(definition, record, cause, listener)
  }

  private func takeOver<Definition: WorkflowDefinition>(
    _ type: Definition.Type,
    _ record: WorkflowRecord,
    _ cause: Failure?,
    _ listener: Progress?
  ) async throws -> Task<Void, Never>? {
    let parameters = try JournalForm.decode(Definition.Parameters.self, from: record.parameters)
    return try await runs.reserving(record.id) {
      let event = WorkflowEvent(type: .resumed, message: "Taken up again")
      guard let claimed = try await journal.claim(record, event) else { return nil }
      let ledger = try JournalForm.decode(Ledger<Definition.Facts>.self, from: claimed.steps)
      let wish = claimed.wish == nil ? nil : Failure.cancelled
      let cause = Definition.isReversible ? wish ?? cause : wish
      return launch(
        WorkflowRun<Definition>(claimed, parameters, ledger, cause: cause, listener: listener, at: self)
      )
    }
  }

  private func launch(_ run: any AnyRun) -> Task<Void, Never> {
    runs.launch(run) { [bells = journal.bells] in bells.ring($0) }
  }
}

extension Failure {
  static let cancelled = Failure(.cancelled, "The workflow was cancelled.", retryable: true)
}
