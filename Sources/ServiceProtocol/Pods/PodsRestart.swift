import JSON
package import Reporting

/// Starts a running pod's container anew.
package enum PodsRestart: ServiceMethod {
  package typealias Params = PodParams
  package typealias Result = PodResult

  package static let name = "pods/restart"
  package static let summary =
    "Starts a running pod's container anew on its host: whatever runs on it ends, its public port can change, and only the "
    + "volume is sure to stay. Only RunPod's REST API has it."
  package static let toolSummary =
    "Restarts a running pod's container: what runs on it ends, and only the volume is sure to stay. Needs RunPod's REST API."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict, .ambiguousOutcome]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("restart", params: ["podId": "50qynxzilsxoey"], result: ["pod": .exampleStartingPod])
  ]
}
