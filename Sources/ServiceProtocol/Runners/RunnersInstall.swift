import JSON
package import Reporting

/// Puts a GitHub Actions runner on a pod.
package enum RunnersInstall: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var repoUrl: String
    package var token: String?
    package var name: String?
    package var labels: [String]
    package var ephemeral: Bool
    package var replace: Bool
    package var runAsRoot: Bool
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
      .init("name", .string, "The runner's name; absent: runpod-runner-<unix time>."),
    ] + options

  /// What there is to say about any runner to install.
  static let options: [Schema.Field] = [
    .init("labels", .array(.string), "Besides GitHub's own.", default: []),
    .init("ephemeral", .boolean, "Takes one job and is gone.", default: false),
    .init("replace", .boolean, "Takes over the registration of a runner of the same name.", default: false),
    .init("runAsRoot", .boolean, "As root instead of as the user runner.", default: false),
    .init("version", .string, "Of the runner; absent: the newest."),
    .workDirectory,
  ]
  package static let result = Schema.object([.runner])
  package static let errors: [Failure.Kind] = .runner + [.checksumMismatch]
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "for a repository",
      params: [
        "podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models", "name": "gpu-1", "labels": ["gpu"],
      ],
      result: ["runner": .exampleRunner]
    )
  ]
}
