import Outside
package import Reporting
package import RunPodAPI
package import Runners

/// A pod to rent and a runner to put on it.
package struct RunnerSetup: Sendable, Hashable {
  package var pod: PodRequest
  package var options: RunnerOptions
  package var terms: RunnerSetupTerms
  /// A registration token; nil: one is minted. Never in the journal.
  package var runnerToken: Secret?

  /// Seconds after which the pod is terminated when the request says nothing about its end.
  private static let defaultLifetime: Double = 86_400

  /// Whether the request says nothing about when the pod is terminated.
  var hasDefaultEnd: Bool { pod.maxLifetimeSeconds == nil && pod.terminateAfter == nil }

  /// The pod to rent: a pod without a watching client has an end.
  var rental: PodRequest {
    var request = pod
    if hasDefaultEnd { request.maxLifetimeSeconds = Self.defaultLifetime }
    return request
  }

  /// What to install on the pod `podId`.
  func installation(podId: String, name: String?) -> RunnerInstallation {
    RunnerInstallation(podId: podId, repoUrl: terms.repoUrl, token: runnerToken, name: name, options: options)
  }
}

extension RunnerSetup: WorkflowParameters {
  func withoutSecrets() -> RunnerSetup {
    var setup = self
    var lost = terms.lostSecrets ?? []
    if setup.runnerToken != nil { lost.append("runnerToken") }
    if !setup.pod.env.isEmpty { lost.append("env") }
    if setup.pod.dockerArgs != nil { lost.append("dockerArgs") }
    if !lost.isEmpty { setup.terms.lostSecrets = lost }
    setup.runnerToken = nil
    setup.pod.env = [:]
    setup.pod.dockerArgs = nil
    return setup
  }

  /// Whether the pod can no longer be rented as it was meant.
  var hasLostPodSecrets: Bool { ["env", "dockerArgs"].contains { lost($0) } }

  /// Whether the journal does not have a secret any more, after the server that was given it died.
  func lost(_ secret: String) -> Bool { terms.lostSecrets?.contains { $0.bytes == secret.bytes } == true }

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws {
    try installation(podId: "", name: terms.runnerName).validate()
    guard !pod.imageName.isEmpty || pod.templateId != nil, terms.readyTimeoutSeconds > 0,
      pod.maxLifetimeSeconds ?? 1 > 0,
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
