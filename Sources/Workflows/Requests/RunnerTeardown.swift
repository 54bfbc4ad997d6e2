package import Reporting
import Runners

/// A runner to take away, and what is to become of its pod.
package struct RunnerTeardown: Sendable, Hashable {
  package enum PodFate: String, Codable, Sendable, Hashable, CaseIterable {
    /// Ended for good. The default: a stopped pod goes on costing money for its volume.
    case terminate
    /// The GPU is given back, the volume is kept and paid for.
    case stop
    /// It goes on running.
    case keep
  }

  package var podId: String
  /// Where the runner is registered; nil: what the pod says.
  package var repoUrl: String?
  /// A remove token; nil: one is minted. Never in the journal.
  package var removeToken: Secret?
  /// For a pod that can no longer be asked.
  package var runnerName: String?
  package var pod: PodFate
  /// The runner's directory on the pod; nil: the service's.
  package var workDirectory: String?

  package init(
    podId: String,
    repoUrl: String? = nil,
    removeToken: Secret? = nil,
    runnerName: String? = nil,
    pod: PodFate = .terminate,
    workDirectory: String? = nil
  ) {
    self.podId = podId
    self.repoUrl = repoUrl
    self.removeToken = removeToken
    self.runnerName = runnerName
    self.pod = pod
    self.workDirectory = workDirectory
  }
}

extension RunnerTeardown: WorkflowParameters {
  func withoutSecrets() -> RunnerTeardown {
    var teardown = self
    teardown.removeToken = nil
    return teardown
  }

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws {
    guard !podId.isEmpty else {
      throw Failure(.configurationInvalid, "A runner's teardown needs the id of its pod.", hint: "Set podId.")
    }
    guard let repoUrl else { return }
    try RunnerInstallation.validate(repoUrl: repoUrl, name: runnerName)
  }
}

/// A token can be read, and is never written.
extension RunnerTeardown: Codable {
  private enum CodingKeys: String, CodingKey {
    case podId, repoUrl, removeToken, runnerName, pod, workDirectory
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      podId: try values.decode(String.self, forKey: .podId),
      repoUrl: try values.decodeIfPresent(String.self, forKey: .repoUrl),
      removeToken: try values.decodeIfPresent(String.self, forKey: .removeToken).map { Secret($0) },
      runnerName: try values.decodeIfPresent(String.self, forKey: .runnerName),
      pod: try values.decodeIfPresent(PodFate.self, forKey: .pod) ?? .terminate,
      workDirectory: try values.decodeIfPresent(String.self, forKey: .workDirectory)
    )
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(podId, forKey: .podId)
    try values.encodeIfPresent(repoUrl, forKey: .repoUrl)
    try values.encodeIfPresent(runnerName, forKey: .runnerName)
    try values.encode(pod, forKey: .pod)
    try values.encodeIfPresent(workDirectory, forKey: .workDirectory)
  }
}
