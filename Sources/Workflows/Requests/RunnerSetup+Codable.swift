import Reporting
import RunPodAPI

/// One flat object with the pod's members among its own. A token can be read, and is never written.
extension RunnerSetup: Codable {
  private enum CodingKeys: String, CodingKey {
    case repoUrl, runnerToken, runnerName, labels, runnerGroup, jit, ephemeral, replace, runAsRoot, packages, version
    case workDirectory, onFailure, readyTimeoutSeconds, verify, verifyCommand, lostSecrets
  }

  /// What is left out takes the initialiser's default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      pod: try PodRequest(from: decoder),
      repoUrl: try values.decode(String.self, forKey: .repoUrl),
      runnerToken: try values.decodeIfPresent(String.self, forKey: .runnerToken).map { Secret($0) },
      runnerName: try values.decodeIfPresent(String.self, forKey: .runnerName),
      labels: try values.decodeIfPresent([String].self, forKey: .labels) ?? [],
      runnerGroup: try values.decodeIfPresent(String.self, forKey: .runnerGroup),
      jit: try values.decodeIfPresent(Bool.self, forKey: .jit) ?? false,
      ephemeral: try values.decodeIfPresent(Bool.self, forKey: .ephemeral) ?? false,
      replace: try values.decodeIfPresent(Bool.self, forKey: .replace) ?? false,
      runAsRoot: try values.decodeIfPresent(Bool.self, forKey: .runAsRoot) ?? false,
      packages: try values.decodeIfPresent([String].self, forKey: .packages) ?? [],
      version: try values.decodeIfPresent(String.self, forKey: .version),
      workDirectory: try values.decodeIfPresent(String.self, forKey: .workDirectory),
      onFailure: try values.decodeIfPresent(FailurePolicy.self, forKey: .onFailure) ?? .terminate,
      readyTimeoutSeconds: try values.decodeIfPresent(Int.self, forKey: .readyTimeoutSeconds) ?? 600,
      verify: try values.decodeIfPresent(Verification.self, forKey: .verify) ?? .none,
      verifyCommand: try values.decodeIfPresent(String.self, forKey: .verifyCommand) ?? "nvidia-smi"
    )
    lostSecrets = try values.decodeIfPresent([String].self, forKey: .lostSecrets) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    try pod.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(repoUrl, forKey: .repoUrl)
    try values.encodeIfPresent(runnerName, forKey: .runnerName)
    try values.encode(labels, forKey: .labels)
    try values.encodeIfPresent(runnerGroup, forKey: .runnerGroup)
    try values.encode(jit, forKey: .jit)
    try values.encode(ephemeral, forKey: .ephemeral)
    try values.encode(replace, forKey: .replace)
    try values.encode(runAsRoot, forKey: .runAsRoot)
    try values.encode(packages, forKey: .packages)
    try values.encodeIfPresent(version, forKey: .version)
    try values.encodeIfPresent(workDirectory, forKey: .workDirectory)
    try values.encode(onFailure, forKey: .onFailure)
    try values.encode(readyTimeoutSeconds, forKey: .readyTimeoutSeconds)
    try values.encode(verify, forKey: .verify)
    try values.encode(verifyCommand, forKey: .verifyCommand)
    if !lostSecrets.isEmpty { try values.encode(lostSecrets, forKey: .lostSecrets) }
  }
}
