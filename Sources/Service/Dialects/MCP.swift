import Concurrency
import JSON
import JSONRPC
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
  private let log = Locked(MCPLogLevel?.none)
  private var season = Season.fresh

  init(_ parts: DialectParts) { tools = MCPTools(parts) }

  /// Whether a message is one that only a server of this protocol is sent.
  static func isOwn(_ method: String, _ params: JSONValue?) -> Bool {
    if method == "initialize" { return params?["protocolVersion"]?.stringValue != nil }
    return params?["_meta"]?[MCPRevision.key] != nil || ["ping", "server/discover"].contains(method)
      || ["tools/", "resources/", "prompts/", "logging/", "completion/", "notifications/"].contains {
        method.hasPrefix($0)
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
    return Prepared(params: params, progress: token.map { ProgressPlan(form: MCPProgress(token: $0), title: title) })
  }

  /// Our own notifications are log messages here, to those who asked for such.
  func notification(_ method: String, _ params: JSONValue) -> (method: String, params: JSONValue)? {
    guard let level = log.withLock({ $0 }), level <= .info else { return nil }
    return ("notifications/message", ["level": "info", "logger": .string(method), "data": params])
  }

  private func handler(_ method: String, _ revision: MCPRevision) throws(ErrorObject) -> Router.Handler {
    switch (method, revision.hasHandshake) {
    case ("ping", true): .inline { _ in [:] }
    case ("server/discover", false): .inline { _ in MCP.discovery }
    case ("tools/list", _): .inline { [tools] params in try tools.list(params, revision) }
    case ("tools/call", _):
      .task { [tools] params, context in { try await tools.call(params, revision, context) } }
    case ("logging/setLevel", true):
      .inline { [log] params in
        guard let level = params?["level"]?.stringValue.flatMap(MCPLogLevel.init(name:)) else {
          throw InvalidParams(path: "level", expected: "a level of RFC 5424, debug to emergency")
        }
        log.withLock { $0 = level }
        return [:]
      }
    default: throw .noMethod(method)
    }
  }
}

/// The levels of log messages, least first.
enum MCPLogLevel: Int, Comparable, CaseIterable {
  case debug, info, notice, warning, error, critical, alert, emergency

  init?(name: String) {
    guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = level
  }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
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
