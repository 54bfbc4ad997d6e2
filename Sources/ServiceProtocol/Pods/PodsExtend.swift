package import FoundationEssentials
import JSON
package import Pods
package import Reporting

/// Moves the deadlines of a pod.
package enum PodsExtend: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var terminateAfter: Date?
    package var stopAfter: Date?
    package var lifetimeSeconds: Double?
  }

  package struct Result: Codable, Sendable {
    package var pod: Pod
    package var warnings: [String]

    package init(pod: Pod, warnings: [String]) {
      self.pod = pod
      self.warnings = warnings
    }
  }

  package static let name = "pods/extend"
  package static let summary =
    "Moves the time at which a pod is terminated or stopped, earlier or later, in the state file and in the process on the pod."
  package static let params: [Schema.Field] = [
    .podId,
    .init("terminateAfter", .time, "When it is terminated from now on."),
    .init("stopAfter", .time, "When it is stopped from now on."),
    .init("lifetimeSeconds", .seconds(minimum: 1), "After which it is terminated, counted from now."),
  ]
  package static let result = Schema.object([
    .pod, .init("warnings", .array(.string), "What still goes by the deadline of before.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict]
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "another hour from now",
      params: ["podId": "50qynxzilsxoey", "lifetimeSeconds": 3600],
      result: ["pod": .examplePod, "warnings": []]
    )
  ]
}
