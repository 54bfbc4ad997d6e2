import JSON
package import Reporting

/// Ends a pod for good.
package enum PodsTerminate: ServiceMethod {
  package typealias Params = PodParams
  package typealias Result = PodResult

  package static let name = "pods/terminate"
  package static let summary = "Ends a pod for good, with all its disks, and makes sure that it is gone."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("terminate", params: ["podId": "50qynxzilsxoey"], result: ["pod": .exampleTerminatedPod])
  ]
}
