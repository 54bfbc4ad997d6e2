import Concurrency
import JSON
import JSONRPC
import Outside
import ServiceProtocol

/// The Model Context Protocol: every method as a tool, for agents.
struct MCP: Dialect {
  private enum Season { case fresh, open(MCPRevision) }

  let name = DialectName.mcp
  let takesBatches = false
  let answersCancelled = false
  let exitCode: Int32 = 0
  /// Hosts end what has not left two seconds after its input ended.
  let patience: Duration? = .seconds(1)
  private let tools: MCPTools
  private let resources: MCPResources
  /// The least that a client with a handshake hears; warnings until it says otherwise.
  private let log = Locked(MCPLogLevel.warning)
  private var season = Season.fresh

  init(_ parts: DialectParts) {
    tools = MCPTools(parts)
    resources = MCPResources(parts)
  }

  /// Whether a message is one that only a server of this protocol is sent.
  static func isOwn(_ method: String, _ params: JSONValue?) -> Bool {
    if method == "initialize" { return params?["protocolVersion"]?.stringValue != nil }
    return params?["_meta"]?[MCPRevision.key] != nil || ["ping", "server/discover"].contains(method)
      || ["tools/", "resources/", "prompts/", "logging/", "completion/", "notifications/"].contains {
        method.bytes.hasPrefix($0)
      }
  }

  mutating func admit(_ method: String, _ params: JSONValue?, inBatch: Bool) throws(ErrorObject) -> Router.Handler {
    if let requested = params?["_meta"]?[MCPRevision.key] {
      guard let revision = requested.stringValue.flatMap(MCPRevision.init(rawValue:)), !revision.hasHandshake else {
        throw MCPRevision.unsupported(requested.stringValue ?? requested.text)
      }
      return try handler(method, revision)
    }
    switch (method, season) {
    case ("initialize", .fresh):
      guard let requested = params?["protocolVersion"]?.stringValue else {
        throw ErrorObject(.invalidParams, "protocolVersion: expected a string.")
      }
      let known = MCPRevision(rawValue: requested).flatMap { $0.hasHandshake ? $0 : nil }
      let revision = known ?? .newestWithHandshake
      season = .open(revision)
      return .inline { _ in MCP.introduction(revision) }
    case ("initialize", .open): throw ErrorObject(.invalidRequest, "initialize was already called.")
    case ("ping", .fresh): return try handler(method, .newestWithHandshake)
    case ("server/discover", _): return try handler(method, .july2026)
    case (_, .open(let revision)): return try handler(method, revision)
    case (_, .fresh):
      throw ErrorObject(
        .invalidParams,
        "initialize comes first, or each request names its protocol version in _meta.",
        data: MCPRevision.unsupported("none").data
      )
    }
  }

  func hear(_ method: String, _ params: JSONValue?) -> NotificationMeaning {
    guard method == "notifications/cancelled" else { return .nothing }
    return params?["requestId"].flatMap { RequestID($0) }.map { .cancel($0) } ?? .nothing
  }

  func prepare(_ method: String, _ params: JSONValue?) throws(ErrorObject) -> Prepared {
    let token = params?["_meta"]?["progressToken"].flatMap { RequestID($0) }
    let title = params?["name"]?.stringValue ?? method
    let meta = params?["_meta"]
    return Prepared(
      params: params,
      progress: token.map { ProgressPlan(form: MCPProgress(token: $0), title: title) },
      // Our own notifications are log messages here, to those who asked for such.
      notification: { [log] method, params in
        // Without a handshake each request says for itself what it wants to hear.
        let isWanted =
          meta?[MCPRevision.key] == nil
          ? log.withLock { $0 } <= .info : MCPLogLevel(meta?[MCPLogLevel.key]).map { $0 <= .info } ?? false
        return isWanted ? MCPLogLevel.info.message(params, from: method) : nil
      }
    )
  }

  /// Without a handshake nothing may be said that belongs to no request.
  func notice(_ text: String) -> Notification? {
    guard case .open = season, log.withLock({ $0 }) <= .warning else { return nil }
    return MCPLogLevel.warning.message(.string(text), from: "runpod-rpc")
  }

  private func handler(_ method: String, _ revision: MCPRevision) throws(ErrorObject) -> Router.Handler {
    switch (method, revision.hasHandshake) {
    case ("ping", true): .inline { _ in [:] }
    case ("server/discover", false): .inline { _ in MCP.discovery }
    case ("tools/list", _): .inline { [tools] params in try tools.list(params, revision) }
    case ("tools/call", _):
      .task { [tools] params, context in { try await tools.call(params, revision, context) } }
    case ("resources/templates/list", _): .inline { _ in MCPResources.templates(revision) }
    case ("resources/list", _):
      .task { [resources] params, context in { try await resources.list(params, revision, context) } }
    case ("resources/read", _):
      .task { [resources] params, context in { try await resources.read(params, revision, context) } }
    case ("logging/setLevel", true):
      .inline { [log] params in
        guard let level = MCPLogLevel(params?["level"]) else {
          throw InvalidParams(path: "level", expected: "a level of RFC 5424, debug to emergency")
        }
        log.withLock { $0 = level }
        return [:]
      }
    default: throw .noMethod(method)
    }
  }
}

/// `notifications/progress`: the share so far, which must grow each time, and no beginning or end.
struct MCPProgress: ProgressForm {
  let token: RequestID
  let notification = "notifications/progress"
  let step = 0.01

  func begin(_: String) -> JSONValue? { nil }

  func report(_ message: String, percentage: Double) -> JSONValue {
    ["progressToken": token.json, "progress": JSONValue(percentage), "total": 100, "message": .string(message)]
  }

  func end(_: String) -> JSONValue? { nil }
}
