import JSON
import JSONRPC
import Outside

/// The dialect of programs in any language: no handshake, methods by their names, batches, and the end of input ends
/// the session.
struct Script: Dialect {
  let name = DialectName.script
  let takesBatches = true
  let answersCancelled = true
  let patience: Duration? = nil
  let exitCode: Int32 = 0
  let answersPipedInOrder = false
  let shutdownPatience: Duration? = nil
  private let handlers: [String: Router.Handler]
  private var lifecycle = Lifecycle(needsInitialize: false)

  init(_ parts: DialectParts) { handlers = parts.handlers }

  mutating func admit(_ method: String, _: JSONValue?, inBatch: Bool) throws(ErrorObject) -> Router.Handler {
    try lifecycle.admit(method, inBatch: inBatch)
    guard let handler = handlers[method] else { throw .noMethod(method) }
    return handler
  }

  mutating func initializeFailed() { lifecycle.initializeFailed() }

  mutating func hear(_ method: String, _ params: JSONValue?) -> NotificationMeaning {
    switch method {
    case "exit": .exit
    case "$/cancelRequest": params?["id"].flatMap { RequestID($0) }.map { .cancel($0) } ?? .nothing
    default: method.bytes.hasPrefix("$/") ? .nothing : handlers[method].map { .call($0) } ?? .nothing
    }
  }

  func prepare(_ method: String, _ params: JSONValue?) throws(ErrorObject) -> Prepared {
    let (params, token) = try Script.takeToken(params)
    return Prepared(
      params: params,
      progress: token.map { ProgressPlan(form: WorkDoneProgress(token: $0), title: method) }
    )
  }

  /// Programs would take a notification that they did not ask for for an answer.
  func notice(_: String) -> Notification? { nil }

  /// Separates a method's own params from the tokens that the Language Server Protocol adds to them.
  static func takeToken(_ params: JSONValue?) throws(ErrorObject) -> (params: JSONValue?, token: RequestID?) {
    guard case .object(var members) = params,
      members["workDoneToken"] != nil || members["partialResultToken"] != nil
    else { return (params, nil) }
    let value = members["workDoneToken"] ?? nil
    let token = RequestID(value)
    if token == nil, !value.isNull {
      throw ErrorObject(.invalidParams, "workDoneToken: expected a string or an integer, found \(value.typeName).")
    }
    members["workDoneToken"] = nil
    members["partialResultToken"] = nil
    return (.object(members), token)
  }
}

extension ErrorObject {
  static func noMethod(_ name: String) -> ErrorObject { ErrorObject(.methodNotFound, "There is no method \(name).") }
}
