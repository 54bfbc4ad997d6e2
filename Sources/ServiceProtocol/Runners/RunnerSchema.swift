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
    .init("jobCut", .boolean, "Of one that was just stopped: whether a job was cut by that."),
    .init("workDirectory", .string, "Its directory on the pod."),
    .init("reasons", .array(.string), "Why the status is what it is, a sentence each.", isRequired: true),
  ])

  /// A registration that a pod has left behind.
  static let ghostRunner = Schema.object([
    .init("podId", .string, "The pod.", isRequired: true),
    .init("repoUrl", .string, "Where it is registered.", isRequired: true),
    .init("name", .string, "Its name.", isRequired: true),
    .init("removed", .boolean, "Whether it is out of GitHub's list now.", isRequired: true),
    .init("advice", .string, "Why it is not, and what to do about it."),
  ])
}

extension Schema.Field {
  static let runner = Schema.Field("runner", .runner, "The runner.", isRequired: true)
  static let runnerName = Schema.Field("name", .string, "Which runner, on a pod that has several.")
  static let workDirectory = Schema.Field(
    "workDirectory",
    .string,
    "Its directory on the pod; absent: where the pod says it is."
  )
  static let repoUrl = Schema.Field(
    "repoUrl",
    .string,
    "The web address of a repository, organisation or enterprise.",
    isRequired: true,
    aliases: ["repo_url"]
  )
  /// Both for methods that end a runner.
  static let drain = Schema.Field(
    "drain",
    .boolean,
    "Waits for the job that it runs; else that is cut.",
    default: false
  )
  static let drainTimeout = Schema.Field(
    "drainTimeoutSeconds",
    .seconds(),
    "How long the job may go on; after that the request fails and nothing is stopped.",
    default: 3600
  )
}

extension [Failure.Kind] {
  /// What everything about a runner on a pod can fail with.
  static let runner: [Failure.Kind] = .ssh + [.runnerInstallFailed, .conflict, .busy]
  /// What asking GitHub can fail with.
  static let github: [Failure.Kind] = [
    .environmentIncomplete, .configurationInvalid, .unauthorized, .forbidden, .notFound, .rateLimited, .apiRetired,
    .apiFailure, .networkFailure,
  ]
}

/// Params of the methods about the runner of one pod.
package struct RunnerParams: Codable, Sendable {
  package var podId: String
  package var name: String?
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
    "mode": "supervised", "version": "2.338.0",
    "labels": ["self-hosted", "Linux", "X64", "gpu", "runpod-pod-50qynxzilsxoey"], "githubId": 23,
    "busy": false, "workDirectory": "/opt/actions-runner", "reasons": ["Its listener runs and GitHub sees it."],
  ]

  /// It as GitHub knows it.
  static let exampleListedRunner: JSONValue = [
    "name": "gpu-1", "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models", "status": "online",
    "version": "2.338.0", "labels": ["self-hosted", "Linux", "X64", "gpu", "runpod-pod-50qynxzilsxoey"],
    "githubId": 23, "busy": false, "reasons": ["GitHub says so; the pod was not asked."],
  ]

  /// What is left of it after it was stopped.
  static let exampleStoppedRunner: JSONValue = [
    "name": "gpu-1", "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models", "status": "stopped",
    "version": "2.338.0", "labels": ["self-hosted", "Linux", "X64", "gpu", "runpod-pod-50qynxzilsxoey"],
    "githubId": 23, "busy": false, "jobCut": false, "workDirectory": "/opt/actions-runner",
    "reasons": ["It was stopped."],
  ]

  /// A registration whose pod is gone.
  static let exampleOrphan: JSONValue = [
    "name": "gpu-0", "podId": "9b2k0s8x7m1qwe", "repoUrl": "https://github.com/octo/models", "status": "orphan",
    "labels": ["self-hosted", "Linux", "X64", "runpod-pod-9b2k0s8x7m1qwe"], "githubId": 21, "busy": false,
    "reasons": ["Its pod 9b2k0s8x7m1qwe is gone: lost."],
  ]
}
