package import Reporting

/// A `Failure` that can be kept in the journal.
package struct WorkflowError: Codable, Sendable, Hashable {
  /// The raw value of a `Failure.Kind`; "cancelled" for a workflow whose end someone asked for.
  package var kind: String
  package var message: String
  package var hint: String?
  package var retryable: Bool
  /// Ids of what still exists because of the workflow, by name: `podId`, `runnerName`.
  package var resources: [String: String]
  /// `cleaned` and `remaining` list what was made, `step` names the step that failed, `workflowId` the workflow.
  package var details: [String: String]

  package init(_ failure: Failure) {
    kind = failure.kind.rawValue
    message = failure.message
    hint = failure.hint
    retryable = failure.retryable
    resources = failure.resources
    details = failure.details
  }

  package var failure: Failure {
    Failure(
      Failure.Kind(rawValue: kind),
      message,
      hint: hint,
      retryable: retryable,
      resources: resources,
      details: details
    )
  }
}

extension Failure.Kind {
  /// Not a kind of the wire: a workflow that was cancelled is told of by its state.
  package static let cancelled = Self(rawValue: "cancelled")
}
