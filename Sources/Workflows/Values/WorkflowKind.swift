/// What a workflow is for: the name of its definition, the same for ever in the journal and on the wire.
package struct WorkflowKind: RawRepresentable, Codable, Sendable, Hashable, CaseIterable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package static let allCases = WorkflowCatalog.all.definitions.map { $0.kind }
}
