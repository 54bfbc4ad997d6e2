import JSON
package import Reporting

/// Starts the runner of a pod.
package enum RunnersStart: ServiceMethod {
  package typealias Params = RunnerParams
  package typealias Result = RunnerResult

  package static let name = "runners/start"
  package static let summary = """
    Starts an installed runner and waits until GitHub has said twice that it is online; one that runs already is left \
    alone.
    """
  package static let paramsLike: [any ServiceMethod.Type] = [RunnersStatus.self]
  package static let params: [Schema.Field] = [.podId, .runnerName, .workDirectory]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner
  package static let effect = Effect.changes
  package static let examples = [
    Example("start", params: ["podId": "50qynxzilsxoey"], result: ["runner": .exampleRunner])
  ]
}
