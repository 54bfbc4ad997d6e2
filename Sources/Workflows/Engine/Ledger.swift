/// How far a workflow is: all that another server has to know to go on with it.
struct Ledger<Facts: Codable & Sendable>: Codable, Sendable {
  /// Why what was done is being undone.
  struct Cause: Codable, Sendable {
    /// In what state the workflow ends then.
    var state: WorkflowState
    var error: WorkflowError
  }

  var steps: [WorkflowStep]
  var facts: Facts
  /// The names of the steps that need not be undone any more.
  var undone: Set<String> = []
  var created: [WorkflowResource] = []
  var removed: [WorkflowResource] = []
  var warnings: [String] = []
  var cause: Cause?
  /// How much of the whole has been reported as done; never falls.
  var fraction = 0.0

  /// What was made and is still there.
  var remaining: [WorkflowResource] { created.filter { !removed.contains($0) } }

  init(steps: [WorkflowStep], facts: Facts) {
    self.steps = steps
    self.facts = facts
  }
}
