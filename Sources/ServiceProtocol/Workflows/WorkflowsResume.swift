import JSON
package import Reporting

/// Takes up a workflow that was interrupted.
package enum WorkflowsResume: ServiceMethod {
  package typealias Params = WorkflowParams
  package typealias Result = WorkflowResponse

  package static let name = "workflows/resume"
  package static let summary = "Takes up a workflow whose server closed or died, and goes on with it."
  package static let params: [Schema.Field] = [.workflowId]
  package static let result = Schema.object([.workflow])
  package static let errors: [Failure.Kind] = .renting
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "resume",
      params: ["workflowId": "wf-586nq1iqyg5m"],
      result: ["workflow": .exampleRunningSetup]
    )
  ]
}
