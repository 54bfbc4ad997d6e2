import JSON
package import Reporting

/// Ends a watch.
package enum PodsUnwatch: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var watchId: Int
  }

  package struct Result: Codable, Sendable {
    package init() {}
  }

  package static let name = "pods/unwatch"
  package static let summary = "Ends a watch; no pods/didChange of it comes after the answer."
  package static let params: [Schema.Field] = [
    .init("watchId", .counter(), "As pods/watch gave it.", isRequired: true)
  ]
  package static let result = Schema.object([])
  package static let errors: [Failure.Kind] = [.notFound]
  package static let isTool = false
  package static let examples = [Example("end", params: ["watchId": 1], result: [:])]
}
