import JSON
package import Reporting

/// Stops the runner of a pod.
package enum RunnersStop: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var name: String?
    package var workDirectory: String?
    package var drain: Bool
    package var drainTimeoutSeconds: Double
  }

  package typealias Result = RunnerResult

  package static let name = "runners/stop"
  package static let summary = """
    Stops a runner: interrupts it, and ends it by force when it does not end. A job that it runs is cut, and the answer \
    says so, unless it is drained.
    """
  package static let paramsLike: [any ServiceMethod.Type] = [RunnersStatus.self]
  package static let params: [Schema.Field] = [.podId, .runnerName, .workDirectory, .drain, .drainTimeout]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner + [.timeout]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("stop", params: ["podId": "50qynxzilsxoey"], result: ["runner": .exampleStoppedRunner]),
    Example(
      "after its job",
      params: ["podId": "50qynxzilsxoey", "drain": true, "drainTimeoutSeconds": 7200],
      result: ["runner": .exampleStoppedRunner]
    ),
  ]
}
