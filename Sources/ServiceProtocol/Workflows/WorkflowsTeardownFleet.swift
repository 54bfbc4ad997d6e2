import JSON
package import Reporting
package import Workflows

/// Takes many runners away at once.
package enum WorkflowsTeardownFleet: WorkflowMethod {
  package static let kind = WorkflowKind.teardownFleet
  package static let summary =
    "Takes many runners and their pods away at once: those of a fleet, or those that are listed."
  package static let toolSummary = summary + " Each of pods takes all params of workflows/teardownRunner."
  package static let paramsLike: [any ServiceMethod.Type] = [WorkflowsTeardownRunner.self]
  package static let request: [Schema.Field] = [
    .init("name", .string, "The fleet of this name."),
    .init("workflowId", .string, "The fleet that this setupFleet workflow is about."),
    .init(
      "pods",
      .array(.object(WorkflowsTeardownRunner.request)),
      "The runners to take away, besides these.",
      default: []
    ),
    .podFate, .maxParallel,
  ]
  package static let errors: [Failure.Kind] = .runner
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "a fleet",
      params: ["workflowId": "wf-9pfmpp8r271s", "maxParallel": 10],
      result: ["workflow": .exampleFleetTeardown]
    )
  ]

  package static func workflow(_ request: FleetTeardown) -> WorkflowRequest { .teardownFleet(request) }
}
