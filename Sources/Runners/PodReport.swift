/// What a pod says about its runner: the facts of the script's `status`.
struct PodReport: Sendable, Hashable {
  /// As the supervisor left it.
  enum State: String, Sendable {
    case running, restarting, stopped, finished, deprecated, unregistered
  }

  /// What the runner's own words say is going on.
  enum Activity: String, Sendable {
    case listening, updating, disconnected, conflict
  }

  var isInstalled = false
  var isConfigured = false
  /// Whether its registration is for one job.
  var isEphemeral = false
  var name: String?
  var url: String?
  var githubId: Int?
  var version: String?
  var mode: Runner.Mode?
  var hasListener = false
  var hasWorker = false
  /// Whether the listener said so since it was last started.
  var isListening = false
  var activity: Activity?
  /// Whether it ran in an earlier run of its container, and has not been started in this one.
  var hasRestarted = false
  /// Why the runner could not replace itself by a newer version when it last tried.
  var updateFailure: String?
  var state: State?
  /// Seconds since it was last started.
  var age: Int?
  var lastWords: String?
  var workDirectory: String?
}

extension PodReport {
  init(_ facts: RunnerScriptOutput.Facts) {
    isInstalled = facts["installed"] == "yes"
    isConfigured = facts["configured"] == "yes"
    isEphemeral = facts["ephemeral"] == "yes"
    name = facts["name"]
    url = facts["url"]
    githubId = facts["agentId"].flatMap { Int($0) }
    version = facts["version"]
    mode = facts["mode"].flatMap(Runner.Mode.init)
    hasListener = facts["listener"] != nil
    hasWorker = facts["worker"] != nil
    isListening = facts["listening"] == "yes"
    activity = facts["saidLast"].flatMap(Activity.init)
    hasRestarted = facts["restarted"] == "yes"
    updateFailure = facts["updateFailure"]
    state = facts["state"].flatMap(State.init)
    age = facts["seconds"].flatMap { Int($0) }
    lastWords = facts["lastWords"]
    workDirectory = facts["workDirectory"]
  }

  /// Whether the runner has been started so lately that neither it nor GitHub need have noticed.
  var isYoung: Bool { age.map { $0 < 90 } ?? false }
}
