/// Some of the workflows in the journal, newest first. The members of a fleet are not listed.
package struct WorkflowPage: Codable, Sendable {
  package var workflows: [Workflow]
  /// Give it to the next `list` to go on; nil on the last page.
  package var nextCursor: String?
  /// How many unfinished workflows belong to other RunPod accounts; nil for none.
  package var otherAccounts: Int?

  package init(workflows: [Workflow], nextCursor: String? = nil, otherAccounts: Int? = nil) {
    self.workflows = workflows
    self.nextCursor = nextCursor
    self.otherAccounts = otherAccounts
  }
}
