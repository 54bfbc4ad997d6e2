import JSON
package import Reporting

/// Puts a GitHub Actions runner on a pod.
package enum RunnersInstall: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var repoUrl: String
    package var token: String?
    package var jit: Bool
    package var name: String?
    package var labels: [String]
    package var runnerGroup: String?
    package var ephemeral: Bool
    package var replace: Bool
    package var runAsRoot: Bool
    package var packages: [String]
    package var version: String?
    package var workDirectory: String?
  }

  package typealias Result = RunnerResult

  package static let name = "runners/install"
  package static let summary = """
    Installs, registers and starts a GitHub Actions runner on a pod, and waits until GitHub has said twice that it is \
    online. Can be repeated.
    """
  package static let params: [Schema.Field] =
    [
      .podId, .repoUrl,
      .init("token", .string, "A registration token; absent: one is minted with GITHUB_TOKEN."),
      .init("name", .string, "The runner's name; absent: that of the one which is there, or runpod-<pod id>."),
    ] + options

  /// What there is to say about any runner to install.
  static let options: [Schema.Field] = [
    .init("labels", .array(.string), "Besides GitHub's own and runpod-pod-<pod id>.", default: []),
    .init("runnerGroup", .string, "Of an organisation or enterprise; absent: its default group."),
    .init("ephemeral", .boolean, "Takes one job and is gone.", default: false),
    .init("jit", .boolean, "Registered by GitHub itself, for one job: no token gets to the pod.", default: false),
    .init(
      "replace",
      .boolean,
      "Takes over the name from a runner on another pod; never from one that was not registered by this service.",
      default: false
    ),
    .init("runAsRoot", .boolean, "As root instead of as the user runner.", default: false),
    .init("packages", .array(.string), "Of the image's distribution, for jobs: git, sudo. By apt-get.", default: []),
    .init("version", .string, "Of the runner; absent: the newest."),
    .init(
      "workDirectory",
      .string,
      "Its directory on the pod; absent: WORK_DIR, or one beside it when that has a runner of another name."
    ),
  ]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner + .github + [.checksumMismatch]
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "for a repository",
      params: [
        "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models", "name": "gpu-1", "labels": ["gpu"],
      ],
      result: ["runner": .exampleRunner]
    ),
    Example(
      "for one job of an organisation",
      params: [
        "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo", "jit": true, "runnerGroup": "gpus",
      ],
      result: ["runner": .exampleRunner]
    ),
  ]
}
