/// Something that a workflow made, or took away.
package struct WorkflowResource: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    case pod, runner
  }

  package var kind: Kind
  /// A pod's id, a runner's name.
  package var id: String

  package static func pod(_ id: String) -> Self { Self(kind: .pod, id: id) }
  package static func runner(_ name: String) -> Self { Self(kind: .runner, id: name) }

  /// "pod 50qynxzilsxoey".
  package var words: String { "\(kind.rawValue) \(id)" }

  /// Its name among the `resources` of a failure.
  var key: String {
    switch kind {
    case .pod: "podId"
    case .runner: "runnerName"
    }
  }
}
