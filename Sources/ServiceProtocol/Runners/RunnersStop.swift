import JSON
package import Reporting

/// Stops the runner of a pod.
package enum RunnersStop: ServiceMethod {
  package typealias Params = RunnerParams
  package typealias Result = RunnerResult

  package static let name = "runners/stop"
  package static let summary =
    "Stops a runner: interrupts it, and ends it by force when it does not end. A job that it runs is cut."
  package static let params: [Schema.Field] = [.podId, .workDirectory]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner
  package static let effect = Effect.destroys
  package static let examples = [
    Example("stop", params: ["podId": "50qynxzilsxoey"], result: ["runner": .exampleRunner])
  ]
}
