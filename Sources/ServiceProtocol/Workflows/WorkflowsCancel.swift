import JSON
package import Reporting

/// Asks a workflow to stop, and waits until what it made is undone.
package enum WorkflowsCancel: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package var workflowId: String
    package var detach: Bool
  }

  package typealias Result = WorkflowResponse

  package static let name = "workflows/cancel"
  package static let summary =
    "Stops a workflow and answers when everything that it made is undone; one that is over is left as it is."
  package static let toolSummary =
    "Stops a workflow and undoes everything that it made, which workflows/wait follows; one that is over is left as it is."
  package static let params: [Schema.Field] = [
    .workflowId,
    .init(
      "detach",
      .boolean,
      "Answers at once, while it is being undone; workflows/wait follows that.",
      default: false
    ),
  ]
  package static let result = Schema.object([.workflow])
  package static let errors: [Failure.Kind] = [.notFound, .storeFailure, .busy]
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "cancel",
      params: ["workflowId": "wf-586nq1iqyg5m"],
      result: ["workflow": .exampleCancelledSetup]
    )
  ]
}
