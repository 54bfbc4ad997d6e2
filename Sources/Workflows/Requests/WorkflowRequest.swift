/// A workflow to start.
package struct WorkflowRequest: Sendable {
  package let kind: WorkflowKind
  /// Looks whether it can work, before anything is done.
  let check: @Sendable (any WorkflowWorld) async throws -> Void
  /// Enters it in the journal under an id and sets it going.
  let start: @Sendable (_ id: String, WorkflowDesk) async throws -> Void

  init<Definition: WorkflowDefinition>(_ definition: Definition.Type, _ parameters: Definition.Parameters) {
    kind = Definition.kind
    check = { world in
      try parameters.validate()
      try await parameters.check(world)
    }
    start = { id, desk in _ = try await desk.start(definition, parameters, id: id) }
  }
}
