/// What a pod says about its runner: the facts of the script's `status`.
struct PodReport: Sendable, Hashable {
  /// As the supervisor left it.
  enum State: String, Sendable {
    case running, restarting, stopped, finished, deprecated, unregistered
  }

  var isInstalled = false
  var isConfigured = false
  var name: String?
  var url: String?
  var githubId: Int?
  var version: String?
  var mode: Runner.Mode?
  var hasListener = false
  var hasWorker = false
  /// Whether the listener said so since it was last started.
  var isListening = false
  var state: State?
  var lastWords: String?
  var workDirectory: String?
}

extension PodReport {
  init(_ output: RunnerScriptOutput) {
    isInstalled = output.fact("installed") == "yes"
    isConfigured = output.fact("configured") == "yes"
    name = output.fact("name")
    url = output.fact("url")
    githubId = output.fact("agentId").flatMap { Int($0) }
    version = output.fact("version")
    mode = output.fact("mode").flatMap(Runner.Mode.init)
    hasListener = output.fact("listener") != nil
    hasWorker = output.fact("worker") != nil
    isListening = output.fact("listening") == "yes"
    state = output.fact("state").flatMap(State.init)
    lastWords = output.fact("lastWords")
    workDirectory = output.fact("workDirectory")
  }
}
