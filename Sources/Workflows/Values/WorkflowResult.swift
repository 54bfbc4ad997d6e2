/// What came of a workflow. On the wire and in the journal without a tag: the workflow's kind tells what it is.
package protocol WorkflowResult: Codable, Sendable {}
