import JSON
package import Reporting

/// Waits for the end of a workflow.
package enum WorkflowsWait: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package var workflowId: String
    package var timeoutSeconds: Double?
    package var cursor: Int?
  }

  package typealias Result = WorkflowResponse

  package static let name = "workflows/wait"
  package static let summary =
    "Waits until a workflow is over and answers it, with progress meanwhile, and with a cursor follows it by "
    + "workflows/event. Ending the wait does not end the workflow."
  package static let toolSummary = """
    Waits until a workflow is over and answers it. When the time is up, call it again: ending the wait does not end the \
    workflow.
    """
  package static let params: [Schema.Field] = [
    .workflowId,
    .init("timeoutSeconds", .seconds(), "How long to wait; absent: as long as it takes."),
    .init(
      "cursor",
      .counter(minimum: 0),
      "Sends workflows/event for each event after this one, in order and without gaps; 0: for all. Absent: for none."
    ),
  ]
  package static let result = Schema.object([.workflow])
  package static let errors: [Failure.Kind] = [.notFound, .timeout, .storeFailure]
  package static let examples = [
    Example(
      "wait",
      params: ["workflowId": "wf-586nq1iqyg5m", "timeoutSeconds": 50],
      result: ["workflow": .exampleSetup]
    )
  ]
}
