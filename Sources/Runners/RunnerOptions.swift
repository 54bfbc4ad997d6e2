/// What a runner is asked to be, wherever it is registered: the params that installing one, setting one up and a fleet's members share.
///
/// The schema of `runners/install` declares each with its default; the names are those of the wire and of the journal. A property that
/// older journals lack is optional.
package struct RunnerOptions: Codable, Sendable, Hashable {
  /// Besides GitHub's own (`self-hosted`, `Linux`, the architecture) and the pod's.
  package var labels: [String]
  /// Of an organisation or enterprise; nil: its default group.
  package var runnerGroup: String?
  /// Takes one job and is gone.
  package var ephemeral: Bool
  /// Registered by GitHub itself, for one job: no token ever gets to the pod.
  package var jit: Bool
  /// Takes over the name from another pod's runner, whose registration is removed.
  package var replace: Bool
  /// As root instead of as the user `runner`.
  package var runAsRoot: Bool
  /// Of the image's distribution, installed for jobs: `git`.
  package var packages: [String]
  /// Lets jobs become root by sudo, without a password.
  package var sudo: Bool?
  /// Of the runner's software: `2.338.0`, say; nil: the newest.
  package var version: String?
  /// The runner's directory on the pod; nil: the manager's, or one beside it when that has a runner of another name.
  package var workDirectory: String?
  /// A file on this machine with a line NAME=VALUE for each environment variable of jobs. Its content is read when the runner is
  /// installed, and goes to no log and no journal.
  package var envFile: String?
  /// Variables of the container that jobs do not see.
  package var secretEnv: [String]?
  /// Scripts on the pod that the runner runs before each job and after it; absolute paths that end in `.sh`.
  package var jobStartedHook: String?
  package var jobCompletedHook: String?
  /// The directory on the pod where jobs' setup actions keep tools; nil: the runner's own.
  package var toolCache: String?

  /// Whether the runner may be gone as soon as it has been there.
  package var isForOneJob: Bool { ephemeral || jit }
}
