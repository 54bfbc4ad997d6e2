import JSON
package import Reporting

/// Waits until a pod can really be reached.
package enum PodsWait: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var timeoutSeconds: Double
  }

  package typealias Result = PodResult

  package static let name = "pods/wait"
  package static let summary =
    "Waits until a pod is RUNNING, has a public SSH port, and an SSH server answers there. Reports progress."
  package static let params: [Schema.Field] = [
    .podId, .timeout(600, "How long to wait; the pod is left alone when the time is over."),
  ]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict, .noCapacity]
  package static let examples = [
    Example("ready", params: ["podId": "50qynxzilsxoey", "timeoutSeconds": 300], result: ["pod": .examplePod])
  ]
}
