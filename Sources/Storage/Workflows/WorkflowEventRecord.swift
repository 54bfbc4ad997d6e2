package import FoundationEssentials

/// One thing that happened in a workflow: a row of `workflow_events`.
package struct WorkflowEventRecord: Sendable, Hashable {
  package var workflow: String
  /// 1, 2, 3, … within its workflow, without gaps.
  package var sequence: Int
  package var time: Date
  /// JSON text.
  package var payload: String

  package init(workflow: String, sequence: Int, time: Date, payload: String) {
    self.workflow = workflow
    self.sequence = sequence
    self.time = time
    self.payload = payload
  }
}
