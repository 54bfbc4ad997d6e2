/// One step of a workflow. Its work can be done again at any time: whoever does it may have died half-way before.
struct Step<Definition: WorkflowDefinition>: Sendable {
  typealias Work = @Sendable (isolated WorkflowRun<Definition>) async throws -> Void
  typealias Undo = @Sendable (isolated WorkflowRun<Definition>) async throws -> Undoing

  /// What undoing a step came to.
  enum Undoing: Sendable {
    case undone
    /// It stands, as was asked for.
    case left
  }

  /// For machines, and the same for ever: the journal knows the step by it.
  let name: String
  /// For people.
  let title: String
  /// Whether the end of the service waits for it.
  let isAtomic: Bool
  /// Whether its failure is a warning only.
  let isOptional: Bool
  let work: Work
  let undo: Undo?
  /// How long undoing it is tried.
  let patience: Duration

  init(
    _ name: String,
    _ title: String,
    isAtomic: Bool = false,
    isOptional: Bool = false,
    _ work: @escaping Work,
    undo: Undo? = nil,
    patience: Duration = .seconds(300)
  ) {
    self.name = name
    self.title = title
    self.isAtomic = isAtomic
    self.isOptional = isOptional
    self.work = work
    self.undo = undo
    self.patience = patience
  }
}
