package import Reporting
package import RunPodAPI
import Runners

/// A pod to rent and a runner to put on it.
package struct RunnerSetup: Sendable, Hashable {
  /// How the pod is put to the proof before the runner is registered.
  package enum Verification: String, Codable, Sendable, Hashable, CaseIterable {
    case none
    /// Runs `verifyCommand` on the pod, which has to end with 0.
    case job
  }

  package var pod: PodRequest
  /// The web address of a repository, organisation or enterprise.
  package var repoUrl: String
  /// A registration token; nil: one is minted. Never in the journal.
  package var runnerToken: Secret?
  /// nil: `runpod-runner-` and the twelve characters that end the pod's name.
  package var runnerName: String?
  /// Besides GitHub's own.
  package var labels: [String]
  /// Of an organisation or enterprise; nil: its default group.
  package var runnerGroup: String?
  /// Registered by GitHub itself, for one job.
  package var jit: Bool
  /// Takes one job and is gone.
  package var ephemeral: Bool
  /// Takes over the registration of a runner of the same name.
  package var replace: Bool
  package var runAsRoot: Bool
  /// Of the image's distribution, for jobs.
  package var packages: [String]
  /// Of the runner's software; nil: the newest.
  package var version: String?
  /// The runner's directory on the pod; nil: the service's.
  package var workDirectory: String?
  package var onFailure: FailurePolicy
  /// How long the pod may take to be reachable.
  package var readyTimeoutSeconds: Int
  package var verify: Verification
  package var verifyCommand: String
  /// What the journal does not have any more, after the server that was given it died: "runnerToken", "env", "dockerArgs".
  var lostSecrets: [String] = []

  package init(
    pod: PodRequest,
    repoUrl: String,
    runnerToken: Secret? = nil,
    runnerName: String? = nil,
    labels: [String] = [],
    runnerGroup: String? = nil,
    jit: Bool = false,
    ephemeral: Bool = false,
    replace: Bool = false,
    runAsRoot: Bool = false,
    packages: [String] = [],
    version: String? = nil,
    workDirectory: String? = nil,
    onFailure: FailurePolicy = .terminate,
    readyTimeoutSeconds: Int = 600,
    verify: Verification = .none,
    verifyCommand: String = "nvidia-smi"
  ) {
    self.pod = pod
    self.repoUrl = repoUrl
    self.runnerToken = runnerToken
    self.runnerName = runnerName
    self.labels = labels
    self.runnerGroup = runnerGroup
    self.jit = jit
    self.ephemeral = ephemeral
    self.replace = replace
    self.runAsRoot = runAsRoot
    self.packages = packages
    self.version = version
    self.workDirectory = workDirectory
    self.onFailure = onFailure
    self.readyTimeoutSeconds = readyTimeoutSeconds
    self.verify = verify
    self.verifyCommand = verifyCommand
  }

  /// Whether the runner may be gone as soon as it has been there.
  var isForOneJob: Bool { ephemeral || jit }

  /// What to install on the pod `podId`.
  func installation(podId: String, name: String?) -> RunnerInstallation {
    RunnerInstallation(
      podId: podId,
      repoUrl: repoUrl,
      token: runnerToken,
      jit: jit,
      name: name,
      labels: labels,
      runnerGroup: runnerGroup,
      ephemeral: ephemeral,
      replace: replace,
      runAsRoot: runAsRoot,
      packages: packages,
      version: version,
      workDirectory: workDirectory
    )
  }
}

extension RunnerSetup: WorkflowParameters {
  func withoutSecrets() -> RunnerSetup {
    var setup = self
    if setup.runnerToken != nil { setup.lostSecrets.append("runnerToken") }
    if !setup.pod.env.isEmpty { setup.lostSecrets.append("env") }
    if setup.pod.dockerArgs != nil { setup.lostSecrets.append("dockerArgs") }
    setup.runnerToken = nil
    setup.pod.env = [:]
    setup.pod.dockerArgs = nil
    return setup
  }

  /// Whether the pod can no longer be rented as it was meant.
  var hasLostPodSecrets: Bool { lostSecrets.contains("env") || lostSecrets.contains("dockerArgs") }

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws {
    try installation(podId: "", name: runnerName).validate()
    guard !pod.imageName.isEmpty || pod.templateId != nil, readyTimeoutSeconds > 0, pod.maxLifetimeSeconds ?? 1 > 0,
      pod.gpuCount > 0
    else {
      throw Failure(
        .configurationInvalid,
        "A runner's setup needs an image, at least one GPU, and limits above zero.",
        hint: "Look at imageName, gpuCount, readyTimeoutSeconds and maxLifetimeSeconds."
      )
    }
  }

  func check(_ world: any WorkflowWorld) async throws { try await world.requireRunnerTools(token: runnerToken) }
}
