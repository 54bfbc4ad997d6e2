/// What a workflow is for.
package enum WorkflowKind: String, Codable, Sendable, Hashable, CaseIterable {
  case setupRunner, teardownRunner, setupFleet, teardownFleet
}
