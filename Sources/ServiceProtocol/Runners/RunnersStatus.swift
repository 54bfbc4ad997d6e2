import JSON
package import Reporting

/// How a pod's runner is, by its processes and by GitHub.
package enum RunnersStatus: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var repoUrl: String?
    package var name: String?
    package var workDirectory: String?
  }

  package typealias Result = RunnerResult

  package static let name = "runners/status"
  package static let summary = "Says how a pod's runner is, from its processes, its log and GitHub together."
  package static let params: [Schema.Field] = [
    .podId, .init("repoUrl", .string, "Where it is registered; absent: what the pod says.", aliases: ["repo_url"]),
    .runnerName, .workDirectory,
  ]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner
  package static let examples = [
    Example("online", params: ["podId": "50qynxzilsxoey"], result: ["runner": .exampleRunner])
  ]
}
