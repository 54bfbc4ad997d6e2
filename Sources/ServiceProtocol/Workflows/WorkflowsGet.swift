import JSON
package import Reporting

/// One workflow as it is now.
package enum WorkflowsGet: ServiceMethod {
  package typealias Params = WorkflowParams
  package typealias Result = WorkflowResponse

  package static let name = "workflows/get"
  package static let summary = "Answers one workflow as it is now."
  package static let params: [Schema.Field] = [.workflowId]
  package static let result = Schema.object([.workflow])
  package static let errors: [Failure.Kind] = [.notFound, .storeFailure]
  package static let examples = [
    Example(
      "get",
      params: ["workflowId": "wf-586nq1iqyg5m"],
      result: ["workflow": .exampleSetup]
    )
  ]
}
