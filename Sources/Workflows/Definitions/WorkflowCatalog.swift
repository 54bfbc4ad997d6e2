/// The workflows that a server knows how to run.
package struct WorkflowCatalog: Sendable {
  /// The only list of all workflows: what else there is to know of one is in its definition. For clients to start it, its
  /// params are described by a method of its own, as those of all methods are.
  package static let all = WorkflowCatalog([
    SetupRunner.self,
    TeardownRunner.self,
    SetupFleet.self,
    TeardownFleet.self,
  ])

  let definitions: [any WorkflowDefinition.Type]

  init(_ definitions: [any WorkflowDefinition.Type]) { self.definitions = definitions }

  /// nil for a kind of another version.
  subscript(kind: WorkflowKind) -> (any WorkflowDefinition.Type)? { definitions.first { $0.kind == kind } }
}
