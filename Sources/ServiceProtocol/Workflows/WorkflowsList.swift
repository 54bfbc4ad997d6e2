import JSON
package import Reporting
package import Workflows

/// A page of the journal.
package enum WorkflowsList: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package var state: WorkflowState?
    package var limit: Int
    package var cursor: String?
  }

  package typealias Result = WorkflowPage

  package static let name = "workflows/list"
  package static let summary = "Lists workflows, newest first; the members of a fleet are in its result."
  package static let params: [Schema.Field] = [
    .init("state", .word(WorkflowState.allCases.map(\.rawValue)), "Only workflows in this state."),
    .limit(100), .cursor,
  ]
  package static let result = Schema.object([
    .init("workflows", .array(.workflow), "The page.", isRequired: true), .nextCursor,
    .init("otherAccounts", .integer(minimum: 1), "How many unfinished workflows belong to other RunPod accounts."),
  ])
  package static let errors: [Failure.Kind] = [.storeFailure, .configurationInvalid]
  package static let examples = [
    Example("running", params: ["state": "running"], result: ["workflows": [.exampleRunningSetup]])
  ]
}
