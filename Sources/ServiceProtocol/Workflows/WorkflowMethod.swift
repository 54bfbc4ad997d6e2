package import Workflows

/// A method that starts a workflow of one kind. Its params are the workflow's own, and how its caller wants to hear of it.
package protocol WorkflowMethod: ServiceMethod where Params == WorkflowStart<Request>, Result == WorkflowResponse {
  associatedtype Request: Decodable & Sendable

  static var kind: WorkflowKind { get }
  /// The workflow's own params.
  static var request: [Schema.Field] { get }

  static func workflow(_ request: Request) -> WorkflowRequest
}

extension WorkflowMethod {
  package static var name: String { kind.method }
  package static var params: [Schema.Field] { request + [.detach, .follow] }
  package static var result: Schema { .object([.workflow]) }
}

extension WorkflowKind {
  /// The name of the method that starts such a workflow.
  package var method: String { "workflows/\(rawValue)" }
}
