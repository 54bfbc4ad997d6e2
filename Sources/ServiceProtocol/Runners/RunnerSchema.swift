import JSON
import Reporting
package import Runners

extension Schema {
  /// A GitHub Actions runner, as its pod and GitHub describe it.
  static let runner = Schema.object([
    .init("name", .string, "Its name; empty when the pod has none.", isRequired: true),
    .init("podId", .string, "Its pod; absent when not known."),
    .init("repoUrl", .string, "The repository, organisation or enterprise that it serves."),
    .init("status", .word(RunnerStatus.allCases.map(\.rawValue)), "How it is.", isRequired: true),
    .init("mode", .word(Runner.Mode.allCases.map(\.rawValue)), "What keeps its processes alive."),
    .init("version", .string, "The runner's version."),
    .init("labels", .array(.string), "Its labels.", isRequired: true),
    .init("githubId", .integer(), "GitHub's id of it."),
    .init("busy", .boolean, "Whether it is running a job.", isRequired: true),
    .init("workDirectory", .string, "Its directory on the pod."),
    .init("reasons", .array(.string), "Why the status is what it is, a sentence each.", isRequired: true),
  ])
}

extension Schema.Field {
  static let runner = Schema.Field("runner", .runner, "The runner.", isRequired: true)
  static let workDirectory = Schema.Field("workDirectory", .string, "Its directory on the pod; absent: WORK_DIR.")
  static let repoUrl = Schema.Field(
    "repoUrl",
    .string,
    "The web address of a repository, organisation or enterprise.",
    isRequired: true,
    aliases: ["repo_url"]
  )
}

extension [Failure.Kind] {
  /// What everything about a runner on a pod can fail with.
  static let runner: [Failure.Kind] = .ssh + [.runnerInstallFailed, .conflict, .busy]
}

/// Params of the methods about the runner of one pod.
package struct RunnerParams: Codable, Sendable {
  package var podId: String
  package var workDirectory: String?
}

/// Results that are one runner.
package struct RunnerResult: Codable, Sendable {
  package var runner: Runner

  package init(runner: Runner) { self.runner = runner }
}

extension JSONValue {
  /// The runner of the examples.
  static let exampleRunner: JSONValue = [
    "name": "gpu-1", "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models", "status": "online",
    "mode": "supervised", "version": "2.338.0", "labels": ["self-hosted", "Linux", "X64", "gpu"], "githubId": 23,
    "busy": false, "workDirectory": "/opt/actions-runner", "reasons": ["Its listener runs and GitHub sees it."],
  ]
}
