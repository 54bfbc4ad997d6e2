import JSON
package import Reporting

/// Stops a pod: the GPU is given back, the volume is kept and paid for.
package enum PodsStop: ServiceMethod {
  package typealias Params = PodParams
  package typealias Result = PodResult

  package static let name = "pods/stop"
  package static let summary = "Stops a pod: its GPU and container disk are given up, its volume is kept and paid for."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("stop", params: ["podId": "50qynxzilsxoey"], result: ["pod": .exampleStoppedPod])
  ]
}
