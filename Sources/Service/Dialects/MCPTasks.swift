import JSON
import JSONRPC
import Reporting
import ServiceProtocol

/// Workflows as tasks, for clients that follow these by themselves: the extension of the revision 2026-07-28
/// (<https://modelcontextprotocol.io/seps/2663-tasks-extension>). A task's id is the workflow's, so that any server of the same
/// state file knows it, and the journal has it before the client hears of it.
struct MCPTasks: Sendable {
  static let extensionName = "io.modelcontextprotocol/tasks"
  private static let pollMilliseconds = 2000

  private let handlers: [String: Router.Handler]
  private let tools: MCPTools

  init(_ parts: DialectParts, _ tools: MCPTools) {
    handlers = parts.handlers
    self.tools = tools
  }

  /// The answer to a call that has started a workflow; nil when it has not.
  static func created(_ result: AgentResult) -> JSONValue? {
    guard let workflow = result.value["workflow"], var task = task(workflow) else { return nil }
    task["resultType"] = "task"
    return MCP.complete(task, .july2026)
  }

  func get(_ params: JSONValue?, _ context: RequestContext) async throws -> JSONValue {
    let answer = try await call("workflows/get", params, context)
    guard let workflow = answer["workflow"], var task = MCPTasks.task(workflow) else {
      throw ErrorObject(.internalError, "The workflow has no state.")
    }
    if task["status"] == "completed" {
      var result = MCPTools.result(tools.fitting(answer), .july2026)
      if case .object(var members) = result, workflow["state"] == "failed" {
        members["isError"] = true
        result = .object(members)
      }
      task["result"] = result
    }
    return MCP.complete(task, .july2026)
  }

  /// No task of ours asks for anything: the answer is what the protocol wants for answers to nothing.
  func update(_ params: JSONValue?, _ context: RequestContext) async throws -> JSONValue {
    _ = try await call("workflows/get", params, context)
    return MCP.complete([:], .july2026)
  }

  func cancel(_ params: JSONValue?, _ context: RequestContext) async throws -> JSONValue {
    _ = try await call("workflows/cancel", params, context, with: ["detach": true])
    return MCP.complete([:], .july2026)
  }

  private func call(
    _ method: String,
    _ params: JSONValue?,
    _ context: RequestContext,
    with more: JSONObject = [:]
  ) async throws -> JSONValue {
    guard let id = params?["taskId"]?.stringValue else {
      throw InvalidParams(path: "taskId", expected: "the taskId of an earlier answer")
    }
    guard case .task(let begin)? = handlers[method] else { throw ErrorObject.noMethod(method) }
    var given = more
    given["workflowId"] = .string(id)
    do {
      return try await begin(.object(given), context)()
    } catch let failure as Failure where failure.kind == .notFound {
      throw ErrorObject(.invalidParams, "There is no task \(id).", data: ["path": "taskId"])
    }
  }

  /// What is told of a workflow as a task.
  private static func task(_ workflow: JSONValue) -> JSONObject? {
    guard let id = workflow["id"], let state = workflow["state"]?.stringValue else { return nil }
    let status =
      switch state {
      case "succeeded", "failed": "completed"
      case "cancelled": "cancelled"
      default: "working"
      }
    var task: JSONObject = ["taskId": id, "status": .string(status)]
    task["statusMessage"] = message(workflow, state).map { .string($0) }
    task["createdAt"] = workflow["created"]
    task["lastUpdatedAt"] = workflow["updated"]
    task["ttlMs"] = .some(.null)
    task["pollIntervalMs"] = .integer(pollMilliseconds)
    return task
  }

  private static func message(_ workflow: JSONValue, _ state: String) -> String? {
    if let words = workflow["error"]?["message"]?.stringValue { return words }
    if state == "interrupted" {
      return "Its server is gone: workflows_resume goes on with it, workflows_cancel undoes it."
    }
    let step = workflow["steps"]?.arrayValue?.last { $0["state"] == "running" }
    return [step?["title"], step?["message"]].compactMap { $0?.stringValue }.joined(separator: ": ").nonEmpty
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
