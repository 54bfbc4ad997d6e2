import JSON
package import Reporting
package import RunPodAPI

/// Starts a stopped pod again.
package enum PodsResume: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var gpuCount: Int?
    package var bidPerGpu: Bid?
  }

  package typealias Result = PodResult

  package static let name = "pods/resume"
  package static let summary = "Starts a stopped pod again on its host; its public port will be another one."
  package static let params: [Schema.Field] = [
    .podId,
    .init("gpuCount", .integer(minimum: 0, maximum: 1000), "As before when absent."),
    .init(
      "bidPerGpu",
      .either([.dollars, .word(["auto"])]),
      "USD an hour, for a spot pod; as before when absent. auto: a fifth above the lowest bid that brings it back, within the "
        + "maxCostPerHour that it was rented with."
    ),
  ]
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict, .noCapacity, .insufficientBalance]
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example("resume", params: ["podId": "50qynxzilsxoey"], result: ["pod": .exampleStartingPod])
  ]
}
