import JSON
import JSONRPC
import Outside
import ServiceProtocol

/// Lists the tools and calls them.
struct MCPTools: Sendable {
  /// How much of a result an agent gets as text, in bytes.
  private static let textLimit = 32_000

  private let tools: [Tool]
  private let handlers: [String: Router.Handler]
  private let pageSize: Int

  init(_ parts: DialectParts, pageSize: Int = 100) {
    // Made for agents only: describing every method would be most of a start.
    let tools = parts.offered.map { Tool($0) }.sorted { $0.name.bytes < $1.name.bytes }
    self.init(tools: tools, handlers: parts.handlers, pageSize: pageSize)
  }

  init(tools: [Tool], handlers: [String: Router.Handler], pageSize: Int) {
    self.tools = tools
    self.handlers = handlers
    self.pageSize = pageSize
  }

  /// One page, in the order of the names; the cursor is the last name of the page before.
  func list(_ params: JSONValue?, _ revision: MCPRevision) throws -> JSONValue {
    var rest = tools[...]
    if let cursor = params?["cursor"], !cursor.isNull {
      guard let name = cursor.stringValue, tools.contains(where: { $0.name.bytes == name.bytes }) else {
        throw InvalidParams(path: "cursor", expected: "a nextCursor of an earlier list")
      }
      rest = rest.drop { !(name.bytes < $0.name.bytes) }
    }
    let page = rest.prefix(pageSize)
    var result: JSONObject = ["tools": .array(page.map(\.json))]
    if page.count < rest.count { result["nextCursor"] = page.last.map { .string($0.name) } }
    return MCP.complete(result, revision, .version)
  }

  /// A failure is a result that says so, for the agent to read; only a call that makes no sense is an error.
  func call(_ params: JSONValue?, _ revision: MCPRevision, _ context: RequestContext) async throws -> JSONValue {
    guard let name = params?["name"]?.stringValue, let tool = tools.first(where: { $0.name.bytes == name.bytes }),
      case .task(let begin)? = handlers[tool.method.name]
    else { throw InvalidParams(path: "name", expected: "the name of a tool of tools/list") }
    let arguments = params?["arguments"].flatMap { $0.isNull ? nil : $0 }
    do {
      let result = try await begin(tool.params(arguments), context)()
      let content: JSONValue = [["type": "text", "text": .string(MCPTools.text(result))]]
      return MCP.complete(["content": content, "structuredContent": result], revision)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let content: JSONValue = [["type": "text", "text": .string(MCPTools.text(ErrorObject(describing: error)))]]
      return MCP.complete(["content": content, "isError": true], revision)
    }
  }

  /// A result as text: JSON as far as it fits, and how to get the rest.
  static func text(_ result: JSONValue, limit: Int = textLimit) -> String {
    let text = result.serialized()
    guard text.count > limit else { return String(decoding: text, as: UTF8.self) }
    var end = limit
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    let cursor = result["nextCursor"]?.stringValue.map { " The next page: cursor \"\($0)\"." } ?? ""
    return String(decoding: text[..<end], as: UTF8.self)
      + "\n… \(text.count - end) bytes more are in structuredContent. Ask for less at a time.\(cursor)"
  }

  private static func text(_ error: ErrorObject) -> String {
    let hint = error.data?["hint"]?.stringValue.map { "\n\($0)" } ?? ""
    return error.message + hint + (error.data.map { "\n\($0.text)" } ?? "")
  }
}
