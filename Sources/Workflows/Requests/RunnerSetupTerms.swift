/// How a runner is set up on a pod of its own: where it is registered, under which name, and what happens when a part fails.
package struct RunnerSetupTerms: Codable, Sendable, Hashable {
  /// How the pod is tried before the runner is registered.
  package enum Verification: String, Codable, Sendable, Hashable, CaseIterable {
    case none
    /// Runs `verifyCommand` on the pod, which has to end with 0.
    case job
  }

  /// The web address of a repository, organisation or enterprise.
  package var repoUrl: String
  /// nil: `runpod-runner-` and the twelve characters that end the pod's name.
  package var runnerName: String?
  package var onFailure: FailurePolicy
  /// How long the pod may take to be reachable.
  package var readyTimeoutSeconds: Int
  package var verify: Verification
  package var verifyCommand: String
  /// What the journal no longer has, after the server that was given it died: "runnerToken", "env", "dockerArgs".
  var lostSecrets: [String]?
}
