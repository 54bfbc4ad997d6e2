package import JSON
import Outside

extension Tool {
  /// How long an agent's call may wait, in seconds: hosts give up after a minute.
  private static let longestWait = 50
  /// Bytes of each stream of a command that an agent is answered when it does not say; its room is small.
  private static let capture = 8192
  /// Entries of a list, likewise, so that a page stays below 5,000 tokens. Workflows are long.
  private static let page = 20
  private static let pageOfWorkflows = 10
  private static let lines = 50

  /// Arguments that hosts add of themselves, and that no model has chosen: n8n sends them with every call
  /// (<https://github.com/n8n-io/n8n/issues/21500>).
  private static let ofHosts: Set = ["toolCallId", "sessionId", "action", "chatInput"]

  /// A call's arguments as the method's params: texts are read as what the schema declares, long work is detached, waits end
  /// before the host gives up, lists are short. What is wrong stays as it is, to be named by the schema.
  package func params(_ arguments: JSONValue?) -> JSONValue {
    let given = arguments?.givenObject ?? [:]
    guard case .object(var params) = Schema.object(method.params).reading(given) else { return given }
    let known = Set(method.params.flatMap { [$0.name] + $0.aliases }.map(\.bytes))
    for name in Tool.ofHosts where !known.contains(name.bytes) { params[name] = nil }
    for field in method.params {
      let value = ([field.name] + field.aliases).compactMap { params[$0] }.first { !$0.isNull }
      switch role(of: field) {
      case .plain, .unlisted: break
      case .hidden(let value):
        for name in [field.name] + field.aliases { params[name] = nil }
        params[field.name] = value
      case .atMost(let limit):
        let isShorter = value.map { $0.doubleValue.map { $0 < Double(limit) } ?? true } ?? false
        if !isShorter { params[field.name] = .integer(limit) }
      case .preset(let preset): if value == nil { params[field.name] = preset }
      }
    }
    return .object(params)
  }

  /// What becomes of a param in an agent's hands.
  enum Role {
    case plain
    /// Not the agent's to choose: always this value, or the method's own default.
    case hidden(JSONValue?)
    /// Taken, but not offered.
    case unlisted
    case atMost(Int)
    /// Another default than elsewhere.
    case preset(JSONValue)
  }

  func role(of field: Schema.Field) -> Role {
    let isWait = method.name.bytes.hasSuffix("/wait")
    return switch field.name {
    case "detach": .hidden(true)
    // What they bring are notifications, and an agent hears of none.
    case "stream", "follow": .hidden(false)
    // No tool sends more input, or its end.
    case "openStdin": .hidden(false)
    // Secrets have other ways, and the presets of these are right for agents.
    case "token", "runnerToken", "removeToken", "attempts", "attemptTimeoutSeconds", "firstDelaySeconds": .unlisted
    case "captureLimit": .preset(.integer(Tool.capture))
    case "limit": .preset(.integer(method is WorkflowsList.Type ? Tool.pageOfWorkflows : Tool.page))
    case "lines": .preset(.integer(Tool.lines))
    case "timeoutSeconds" where isWait: .atMost(Tool.longestWait)
    case "cursor" where isWait: .hidden(nil)
    case "timeoutSeconds" where method.params.contains { $0.name == "follow" }: .hidden(nil)
    default: .plain
    }
  }
}
