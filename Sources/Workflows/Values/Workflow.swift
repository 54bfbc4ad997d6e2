package import FoundationEssentials

/// A workflow as the journal knows it.
package struct Workflow: Codable, Sendable {
  package var id: String
  package var kind: WorkflowKind
  package var state: WorkflowState
  package var steps: [WorkflowStep]
  /// What came of it, as far as there is something to tell.
  package var result: (any WorkflowResult)?
  /// Why it did not succeed, what was cleaned up and what still exists.
  package var error: WorkflowError?
  package var created: Date
  package var updated: Date

  package init(
    id: String,
    kind: WorkflowKind,
    state: WorkflowState,
    steps: [WorkflowStep],
    result: (any WorkflowResult)? = nil,
    error: WorkflowError? = nil,
    created: Date,
    updated: Date
  ) {
    self.id = id
    self.kind = kind
    self.state = state
    self.steps = steps
    self.result = result
    self.error = error
    self.created = created
    self.updated = updated
  }

  private enum CodingKeys: String, CodingKey { case id, kind, state, steps, result, error, created, updated }

  /// The result has no tag of its own: `kind` tells what it is.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try values.decode(WorkflowKind.self, forKey: .kind)
    self.init(
      id: try values.decode(String.self, forKey: .id),
      kind: kind,
      state: try values.decode(WorkflowState.self, forKey: .state),
      steps: try values.decode([WorkflowStep].self, forKey: .steps),
      result: try WorkflowCatalog.all[kind].flatMap { try $0.result(from: values, at: .result) },
      error: try values.decodeIfPresent(WorkflowError.self, forKey: .error),
      created: try values.decode(Date.self, forKey: .created),
      updated: try values.decode(Date.self, forKey: .updated)
    )
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(kind, forKey: .kind)
    try values.encode(state, forKey: .state)
    try values.encode(steps, forKey: .steps)
    if let result { try values.encode(result, forKey: .result) }
    try values.encodeIfPresent(error, forKey: .error)
    try values.encode(created, forKey: .created)
    try values.encode(updated, forKey: .updated)
  }
}

extension WorkflowDefinition {
  fileprivate static func result<Key>(
    from values: KeyedDecodingContainer<Key>,
    at key: Key
  ) throws -> (any WorkflowResult)? {
    try values.decodeIfPresent(Result.self, forKey: key)
  }
}
