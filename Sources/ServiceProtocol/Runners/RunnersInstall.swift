import JSON
package import Reporting
package import Runners

/// Puts a GitHub Actions runner on a pod.
package enum RunnersInstall: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package struct Registration: Decodable, Sendable {
      package var podId: String
      package var repoUrl: String
      package var token: String?
      package var name: String?
      package var env: [String: String]
    }

    package var registration: Registration
    package var options: RunnerOptions

    package init(from decoder: any Decoder) throws {
      registration = try Registration(from: decoder)
      options = try RunnerOptions(from: decoder)
    }
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
      .init("token", .string, "Registration token. Defaults to one minted with GITHUB_TOKEN."),
      .init(
        "name",
        .string,
        "Name of the runner. Defaults to that of the runner which is installed, else to runpod-<pod id>."
      ),
      .init(
        "env",
        .map(.string),
        "Environment variables of jobs, besides those of the container. For secrets use envFile.",
        default: [:]
      ),
    ] + options

  /// The params of any runner to install: of `runners/install`, of the workflows and of a fleet's members.
  static let options: [Schema.Field] = [
    .init(
      "labels",
      .array(.string),
      "Labels besides GitHub's own (self-hosted, Linux, X64 or ARM64) and runpod-pod-<pod id>.",
      default: []
    ),
    .init(
      "runnerGroup",
      .string,
      "Runner group of the organisation or enterprise. Defaults to GitHub's default group."
    ),
    .init("ephemeral", .boolean, "The runner takes one job and is deregistered by GitHub.", default: false),
    .init(
      "jit",
      .boolean,
      "GitHub itself registers the runner, for one job: no token gets to the pod.",
      default: false
    ),
    .init(
      "replace",
      .boolean,
      "Takes over the name from a runner on another pod; never from one that was not registered by this service.",
      default: false
    ),
    .init("runAsRoot", .boolean, "Runs as root instead of as the user runner.", default: false),
    .init(
      "packages",
      .array(.string),
      "Packages of the image's distribution for jobs, such as git; installed with apt-get.",
      default: []
    ),
    .init(
      "sudo",
      .boolean,
      "Jobs can become root by sudo without a password; sudo is installed if needed. Jobs can then read the pod's RunPod API key."
    ),
    .init("version", .string, "Version of the runner, such as 2.338.0. Defaults to the newest."),
    .init(
      "workDirectory",
      .string,
      "Directory of the runner on the pod. Defaults to WORK_DIR, or to one beside it when that has a runner of another name."
    ),
    .init(
      "envFile",
      .string,
      "File on this machine with a line NAME=VALUE for each environment variable of jobs. Its content is in no message, log or journal."
    ),
    .init(
      "secretEnv",
      .array(.string),
      "Names of the container's environment variables that jobs do not see. RUNPOD_* and PUBLIC_KEY are never seen."
    ),
    .init("jobStartedHook", .string, "Script on the pod to run before each job: an absolute path that ends in .sh."),
    .init("jobCompletedHook", .string, "Script on the pod to run after each job: an absolute path that ends in .sh."),
    .init(
      "toolCache",
      .string,
      "Directory on the pod where setup actions keep their tools, such as /workspace/tools. Defaults to the runner's own."
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
