import JSON
package import Reporting

/// One pod, refreshed by one call.
package enum PodsGet: ServiceMethod {
  package typealias Params = PodParams
  package typealias Result = PodResult

  package static let name = "pods/get"
  package static let summary = "Answers one pod, refreshed by one call to RunPod."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let examples = [
    Example("a pod", params: ["podId": "50qynxzilsxoey"], result: ["pod": .examplePod])
  ]
}
