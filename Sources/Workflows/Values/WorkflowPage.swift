/// Some of the workflows in the journal, newest first. The members of a fleet are not listed.
package struct WorkflowPage: Codable, Sendable {
  package var workflows: [Workflow]
  /// Give it to the next `list` to go on; nil on the last page.
  package var nextCursor: String?

  package init(workflows: [Workflow], nextCursor: String? = nil) {
    self.workflows = workflows
    self.nextCursor = nextCursor
  }
}
