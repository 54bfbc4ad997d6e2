import Concurrency
import JSON
import JSONRPC
import Outside
import ServiceProtocol

/// The Model Context Protocol: every method as a tool, for agents.
struct MCP: Dialect {
  private enum Season { case fresh, open(MCPClient) }

  let name = DialectName.mcp
  let answersCancelled = false
  let exitCode: Int32 = 0
  /// Hosts end what has not left two seconds after its input ended.
  let patience: Duration? = .seconds(1)
  let answersPipedInOrder = false
  let shutdownPatience: Duration? = nil
  private let tools: MCPTools
  private let resources: MCPResources
  private let tasks: MCPTasks
  /// The least that a client with a handshake hears; warnings until it says otherwise.
  private let log = Locked(MCPLogLevel.warning)
  private var season = Season.fresh

  init(_ parts: DialectParts) {
    tools = MCPTools(parts)
    resources = MCPResources(parts, tools)
    tasks = MCPTasks(parts, tools)
  }

  var takesBatches: Bool { if case .open(let client) = season { client.revision.takesBatches } else { false } }

  /// Whether a message is one that only a server of this protocol is sent.
  static func isOwn(_ method: String, _ params: JSONValue?) -> Bool {
    if method == "initialize" { return params?["protocolVersion"]?.stringValue != nil }
    return params?["_meta"]?[MCPRevision.key] != nil || ["ping", "server/discover"].contains(method)
      || ["tools/", "resources/", "prompts/", "logging/", "completion/", "notifications/", "tasks/"].contains {
        method.bytes.hasPrefix($0)
      }
  }

  mutating func admit(_ method: String, _ params: JSONValue?, inBatch: Bool) throws(ErrorObject) -> Router.Handler {
    if let requested = params?["_meta"]?[MCPRevision.key] {
      guard let revision = requested.stringValue.flatMap(MCPRevision.init(rawValue:)), !revision.hasHandshake else {
        throw MCPRevision.unsupported(requested.stringValue ?? requested.text)
      }
      return try handler(method, MCPClient(meta: params?["_meta"]))
    }
    switch (method, season) {
    // Again as well: bridges and tunnels do that when their own client comes back.
    case ("initialize", _):
      if inBatch { throw ErrorObject(.invalidRequest, "initialize cannot be part of a batch.") }
      guard let requested = params?["protocolVersion"]?.stringValue else {
        throw ErrorObject(.invalidParams, "protocolVersion: expected a string.")
      }
      let known = MCPRevision(rawValue: requested).flatMap { $0.hasHandshake ? $0 : nil }
      let revision = known ?? .newestWithHandshake
      season = .open(MCPClient(revision, capabilities: params?["capabilities"]))
      return .task { [tools] _, _ in { MCP.introduction(revision, await tools.offeredNames) } }
    case ("ping", .fresh): return try handler(method, MCPClient(.newestWithHandshake, capabilities: nil))
    case ("server/discover", _): return try handler(method, MCPClient(meta: nil))
    case (_, .open(let client)): return try handler(method, client)
    case (_, .fresh):
      throw ErrorObject(
        .invalidParams,
        "initialize comes first, or each request names its protocol version in _meta.",
        data: MCPRevision.unsupported("none").data
      )
    }
  }

  /// What fails here has not begun.
  func initializeFailed() {}

  func hear(_ method: String, _ params: JSONValue?) -> NotificationMeaning {
    guard method == "notifications/cancelled" else { return .nothing }
    return params?["requestId"].flatMap { RequestID($0) }.map { .cancel($0) } ?? .nothing
  }

  func prepare(_ method: String, _ params: JSONValue?) throws(ErrorObject) -> Prepared {
    let token = params?["_meta"]?["progressToken"].flatMap { RequestID($0) }
    let title = params?["name"]?.stringValue ?? method
    let meta = params?["_meta"]
    var hasMessages = true
    if case .open(let client) = season { hasMessages = client.revision.hasProgressMessages }
    let names = tools.names
    return Prepared(
      params: params,
      progress: token.map { ProgressPlan(form: MCPProgress(token: $0, hasMessages: hasMessages), title: title) },
      // Our own notifications are log messages here, to those who asked for such.
      notification: { [log] method, params in
        // Without a handshake each request says for itself what it wants to hear.
        let isWanted =
          meta?[MCPRevision.key] == nil
          ? log.withLock { $0 } <= .info : MCPLogLevel(meta?[MCPLogLevel.key]).map { $0 <= .info } ?? false
        return isWanted ? MCPLogLevel.info.message(names.translated(params), from: method) : nil
      }
    )
  }

  /// Without a handshake nothing may be said that belongs to no request.
  func notice(_ text: String) -> Notification? {
    guard case .open = season, log.withLock({ $0 }) <= .warning else { return nil }
    return MCPLogLevel.warning.message(.string(tools.names.translated(text)), from: "runpod-rpc")
  }

  private func handler(_ method: String, _ client: MCPClient) throws(ErrorObject) -> Router.Handler {
    let revision = client.revision
    return switch (method, revision.hasHandshake) {
    case ("ping", true): .inline { _ in [:] }
    case ("server/discover", false): .task { [tools] _, _ in { MCP.discovery(await tools.offeredNames) } }
    case ("prompts/list", _): .inline { _ in MCP.complete(["prompts": []], revision, .version) }
    case ("tools/list", _): .task { [tools] params, _ in { try await tools.list(params, revision) } }
    case ("tools/call", _):
      .task { [tools] params, context in { try await tools.call(params, client, context) } }
    case ("tasks/get", false):
      .task { [tasks] params, context in { try await tasks.get(params, context) } }
    case ("tasks/update", false):
      .task { [tasks] params, context in { try await tasks.update(params, context) } }
    case ("tasks/cancel", false):
      .task { [tasks] params, context in { try await tasks.cancel(params, context) } }
    case ("resources/templates/list", _):
      .task { [resources] _, _ in { await resources.templates(revision) } }
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
  let hasMessages: Bool
  let notification = "notifications/progress"
  let step = 0.01

  func begin(_: String) -> JSONValue? { nil }

  func report(_ message: String, percentage: Double) -> JSONValue {
    var report: JSONObject = ["progressToken": token.json, "progress": JSONValue(percentage), "total": 100]
    if hasMessages { report["message"] = .string(message) }
    return .object(report)
  }

  func end(_: String) -> JSONValue? { nil }
}
