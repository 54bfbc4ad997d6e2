import JSON
import JSONRPC
import Outside

/// The Language Server Protocol as far as it goes: its life cycle and exit codes, every method as a command, progress
/// that the editor shows by itself, with its cancel button.
struct Editor: Dialect {
  let name = DialectName.editor
  let takesBatches = false
  let answersCancelled = true
  let patience: Duration? = nil
  let answersPipedInOrder = true
  /// Editors wait two seconds for the answer, and then end the process.
  let shutdownPatience: Duration? = .seconds(1)
  private let parts: DialectParts
  private let handlers: [String: Router.Handler]
  private let log: EditorLog
  private var lifecycle = Lifecycle(needsInitialize: true)
  /// Whether the client shows progress that it did not ask for.
  private var showsProgress = false

  init(_ parts: DialectParts) {
    self.parts = parts
    log = EditorLog(connection: parts.connection)
    handlers = Editor.handlers(of: parts, log: log)
  }

  var exitCode: Int32 { lifecycle.isShutDown ? 0 : 1 }

  /// Whether a message is one that only a language server is sent.
  static func isOwn(_ method: String, _ params: JSONValue?) -> Bool {
    if method == "initialize" { return params?["capabilities"] != nil || params?["processId"] != nil }
    return ["exit", "initialized", "$/setTrace"].contains(method)
      || ["textDocument/", "window/", "workspace/"].contains { method.bytes.hasPrefix($0) }
  }

  mutating func admit(_ method: String, _ params: JSONValue?, inBatch: Bool) throws(ErrorObject) -> Router.Handler {
    try lifecycle.admit(method, inBatch: inBatch)
    guard let handler = handlers[method] else { throw .noMethod(method) }
    if method == "initialize" {
      showsProgress = params?["capabilities"]?["window"]?["workDoneProgress"] == true
      log.setTrace(params?["trace"])
      if let processId = params?["processId"]?.intValue { parts.watchClient(processId) }
    }
    return handler
  }

  mutating func initializeFailed() { lifecycle.initializeFailed() }

  mutating func hear(_ method: String, _ params: JSONValue?) -> NotificationMeaning {
    if method == "exit" { return .exit }
    if lifecycle.isFresh { return .nothing }
    switch method {
    case "$/cancelRequest": return params?["id"].flatMap { RequestID($0) }.map { .cancel($0) } ?? .nothing
    case "window/workDoneProgress/cancel":
      return params?["token"].flatMap { RequestID($0) }.map { .cancelProgress($0) } ?? .nothing
    case "$/setTrace":
      log.setTrace(params?["value"])
      return .nothing
    default: return .nothing
    }
  }

  func prepare(_ method: String, _ params: JSONValue?) throws(ErrorObject) -> Prepared {
    var (params, token) = try Script.takeToken(params)
    var title = method
    if method.bytes == Editor.executeCommand.bytes, case .object(var members) = params {
      title = members["command"]?.stringValue.map { Editor.method($0, parts.clientOptions.commandPrefix) } ?? title
      // Clients of our own put the token where they would without a command.
      let (argument, own) = try Script.takeToken(members["arguments"]?[0])
      if let own, let argument {
        token = token ?? own
        members["arguments"] = [argument]
        params = .object(members)
      }
    }
    if let token {
      return Prepared(params: params, progress: ProgressPlan(form: WorkDoneProgress(token: token), title: title))
    }
    guard showsProgress, !["initialize", "shutdown"].contains(method) else { return Prepared(params: params) }
    return Prepared(params: params, progress: invitation(title: title))
  }

  func notice(_ text: String) -> Notification? {
    Notification("window/logMessage", ["type": 2, "message": .string(text)])
  }

  private func invitation(title: String) -> ProgressPlan {
    let token = parts.requests.nextToken()
    return ProgressPlan(form: WorkDoneProgress(token: token), title: title) { [requests = parts.requests] in
      (try? await requests.ask("window/workDoneProgress/create", ["token": token.json])) != nil
    }
  }
}
