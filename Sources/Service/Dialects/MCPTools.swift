import Environment
import JSON
import JSONRPC
import Outside
import Reporting
import ServiceProtocol

/// Lists the tools and calls them.
struct MCPTools: Sendable {
  /// How much of a result an agent gets, in bytes of JSON: some 10,000 tokens.
  private static let resultLimit = 32_000
  /// Of a page of a list whose length the agent has not chosen: fewer than 5,000 tokens.
  private static let pageLimit = 14_000

  /// By which every text an agent reads calls the tools.
  let names: ToolNames
  private let all: [Tool]
  private let handlers: [String: Router.Handler]
  private let settings: @Sendable () async throws -> Settings
  private let confirmation: Confirmation
  private let pageSize: Int

  init(_ parts: DialectParts, pageSize: Int = 100) {
    // Made for agents only: describing every method would be most of a start.
    self.init(tools: parts.offered.map { Tool($0) }, parts, pageSize: pageSize)
  }

  init(tools: [Tool], _ parts: DialectParts, pageSize: Int) {
    all = Tool.ordered(tools)
    names = ToolNames(tools)
    handlers = parts.handlers
    settings = parts.settings
    confirmation = Confirmation(parts)
    self.pageSize = pageSize
  }

  /// The names of those that are offered, by which the introduction calls them.
  var offeredNames: ToolNames { get async { ToolNames(await offered) } }

  /// Those that the settings leave; all of them when the settings cannot be read, which each call says.
  var offered: [Tool] {
    get async {
      (try? await ToolSelection(of: all, settings()).tools) ?? all
    }
  }

  /// One page; the cursor is the last name of the page before.
  func list(_ params: JSONValue?, _ revision: MCPRevision) async throws -> JSONValue {
    let tools = await offered
    var rest = tools[...]
    if let cursor = params?["cursor"], !cursor.isNull {
      guard let name = cursor.stringValue, let index = tools.firstIndex(where: { $0.name.bytes == name.bytes }) else {
        throw InvalidParams(path: "cursor", expected: "a nextCursor of an earlier list")
      }
      rest = rest[(index + 1)...]
    }
    let page = rest.prefix(pageSize)
    let names = ToolNames(tools)
    var result: JSONObject = ["tools": .array(page.map { .object(revision.known($0.json(names))) })]
    if page.count < rest.count { result["nextCursor"] = page.last.map { .string($0.name) } }
    return MCP.complete(result, revision, .version)
  }

  /// A failure is a result that says so, for the agent to read; only a call that makes no sense is an error.
  func call(_ params: JSONValue?, _ client: MCPClient, _ context: RequestContext) async throws -> JSONValue {
    let tool = try await tool(params?["name"])
    do {
      // Also what the settings say wrongly is for the agent to read.
      _ = try await ToolSelection(of: all, settings())
      let given = tool.params(params?["arguments"])
      if case .answer(let answer) = try await confirmation.ask(tool, given, params, client, context) { return answer }
      let result = try await answer(tool, given, isPage: params?["arguments"]?["limit"]?.intValue == nil, context)
      if client.takesTasks, tool.startsWorkflow, let task = MCPTasks.created(result) { return task }
      return MCPTools.result(result, client.revision)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return failure(ErrorObject(describing: error), client.revision)
    }
  }

  private func tool(_ name: JSONValue?) async throws -> Tool {
    guard let name = name?.stringValue else {
      throw InvalidParams(path: "name", expected: "the name of a tool of tools/list")
    }
    let offered = await offered
    if let tool = offered.first(where: { $0.name.bytes == name.bytes }), handlers[tool.method.name] != nil {
      return tool
    }
    let reason =
      all.contains { $0.name.bytes == name.bytes }
      ? "The tool \(name) is left out by the settings TOOLS or READ_ONLY of runpod-rpc."
      : "There is no tool \(name); \(NearestName.advice(name, among: offered.map(\.name)).sentence)"
    throw ErrorObject(.invalidParams, reason, data: ["path": "name", "expected": "the name of a tool of tools/list"])
  }

  /// What the method answers. A list that is too long for a page is asked for again, with fewer entries, so that its cursor is
  /// that of its last entry.
  private func answer(
    _ tool: Tool,
    _ params: JSONValue,
    isPage: Bool,
    _ context: RequestContext
  ) async throws -> AgentResult {
    guard case .task(let begin)? = handlers[tool.method.name] else { throw ErrorObject.noMethod(tool.method.name) }
    var result = try await begin(params, context)()
    let limit = isPage && params["limit"] != nil ? MCPTools.pageLimit : MCPTools.resultLimit
    if tool.isReadOnly, params["limit"] != nil, case .object(var shorter) = params {
      for _ in 0..<4 {
        guard let count = MCPTools.entriesThatFit(in: result, limit) else { break }
        shorter["limit"] = .integer(count)
        result = try await begin(.object(shorter), context)()
      }
    }
    return fitting(result, limit: limit)
  }

  /// A result in the names of tools, as far as there is room for it.
  func fitting(_ result: JSONValue, limit: Int = resultLimit) -> AgentResult {
    AgentResult(names.translated(result), limit: limit)
  }

  /// How many entries of the page fit; nil when all do, or there is only one.
  private static func entriesThatFit(in page: JSONValue, _ limit: Int) -> Int? {
    let size = page.serialized().count
    guard size > limit,
      let entries = page.objectValue?.compactMap({ $0.value.arrayValue }).max(by: { $0.count < $1.count }),
      entries.count > 1
    else { return nil }
    let sizes = entries.map { $0.serialized().count + 1 }
    var room = limit - (size - sizes.reduce(0, +))
    let count = sizes.prefix {
      room -= $0
      return room >= 0
    }.count
    return max(1, min(count, entries.count - 1))
  }

  static func result(_ result: AgentResult, _ revision: MCPRevision) -> JSONValue {
    var members: JSONObject = ["content": [["type": "text", "text": .string(result.text)]]]
    if revision.hasStructure { members["structuredContent"] = result.value }
    return MCP.complete(members, revision)
  }

  func failure(_ error: ErrorObject, _ revision: MCPRevision) -> JSONValue {
    let hint = error.data?["hint"]?.stringValue.map { "\n\($0)" } ?? ""
    let data = error.data.map { "\n\(names.translated($0).text)" } ?? ""
    let text = names.translated(error.message + hint) + data
    return MCP.complete(["content": [["type": "text", "text": .string(text)]], "isError": true], revision)
  }
}
