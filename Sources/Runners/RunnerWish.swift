import GitHubAPI
import Outside
import Reporting

/// An installation that has been checked, before anything is done about it.
struct RunnerWish: Sendable {
  let scope: RunnerScope
  let name: String?
  /// The pod's own among them.
  let labels: [String]
  let group: String?
  let version: String?
  let token: Secret?
  let isJIT: Bool
  let isEphemeral: Bool
  let replaces: Bool
  /// For jobs, from params and the file that they name.
  let environment: JobEnvironment
  let podId: String

  /// - Throws: `Failure(.configurationInvalid)`.
  init(_ installation: RunnerInstallation) throws {
    scope = try RunnerScope(repoUrl: installation.repoUrl)
    name = try installation.name.map(RunnerIdentity.checked(name:))
    let options = installation.options
    labels = try RunnerIdentity.checked(labels: options.labels + [RunnerIdentity.label(ofPod: installation.podId)])
    group = options.runnerGroup
    version = options.version
    token = installation.token
    isJIT = options.jit
    isEphemeral = options.ephemeral
    replaces = options.replace
    environment = try JobEnvironment(installation)
    podId = installation.podId
    guard !isJIT || token == nil else {
      throw Failure(
        .configurationInvalid,
        "jit needs no registration token.",
        hint: "Leave out one of the two; GITHUB_TOKEN is what a JIT registration takes."
      )
    }
    guard group == nil || scope.hasGroups else {
      throw Failure(
        .configurationInvalid,
        "The repository \(scope.displayName) has no runner groups.",
        hint: "Leave out runnerGroup, or register for the organisation."
      )
    }
    for package in options.packages { try RunnerIdentity.check(package: package) }
    guard version?.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) ?? true else {
      throw Failure(.configurationInvalid, "\"\(version ?? "")\" is no version.", hint: "Give it as 2.338.0.")
    }
  }

  /// Whether the runner that is on the pod serves what this one is to serve.
  func isServed(by present: PodReport) -> Bool {
    present.url.flatMap { try? RunnerScope(repoUrl: $0) }?.webURL.bytes.lowercased.bytes
      == scope.webURL.bytes.lowercased.bytes
  }

  /// What a JIT registration has to be told, since GitHub adds nothing to it.
  func allLabels(architecture: String) throws -> [String] {
    // Characters: "x64" or "arm64".
    try RunnerIdentity.checked(labels: ["self-hosted", "Linux", architecture.uppercased()] + labels)
  }
}
