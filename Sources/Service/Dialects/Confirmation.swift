import Concurrency
import Environment
import JSON
import JSONRPC
import ServiceProtocol

/// Asks the user before an agent spends money: by the setting `ASK_BEFORE_SPENDING`, and only where the host can ask. With a
/// handshake by `elicitation/create`, without one by a result that is `input_required`, after which the client calls again.
struct Confirmation: Sendable {
  /// Whether a tool may be called now.
  enum Consent {
    case given
    /// What to answer instead of calling it.
    case answer(JSONValue)
  }

  /// A question that the client is to bring an answer to.
  private struct Question {
    let call: JSONValue
    let deadline: ContinuousClock.Instant
  }

  private static let key = "spend"
  private static let patience = Duration.seconds(300)
  private static let mostQuestions = 100

  private let handlers: [String: Router.Handler]
  private let requests: ClientRequests
  private let settings: @Sendable () async throws -> Settings
  private let questions = Locked<[String: Question]>([:])

  init(_ parts: DialectParts) {
    handlers = parts.handlers
    requests = parts.requests
    settings = parts.settings
  }

  /// - Parameters:
  ///   - given: The tool's params.
  ///   - params: Of the whole call, which may bring the answer.
  /// - Returns: Whether the tool may be called now.
  func ask(
    _ tool: Tool,
    _ given: JSONValue,
    _ params: JSONValue?,
    _ client: MCPClient,
    _ context: RequestContext
  ) async throws -> Consent {
    guard tool.method.effect == .spendsMoney, client.canAsk, given["dryRun"] != true,
      try await settings().isOn(.askBeforeSpending),
      // What cannot be called is not asked about.
      let valid = try? Schema.object(tool.method.params).validate(given)
    else { return .given }
    let call: JSONValue = ["tool": .string(tool.name), "params": given]
    if !client.revision.hasHandshake, let action = takeAnswer(params, to: call) {
      return consent(action, client)
    }
    let words = try await SpendingQuestion(handlers, settings(), context).words(tool, valid)
    let form: JSONValue = ["message": .string(words), "requestedSchema": ["type": "object", "properties": [:]]]
    if client.revision.hasHandshake {
      let answer = try? await requests.ask("elicitation/create", form, within: Confirmation.patience)
      try Task.checkCancellation()
      return consent(answer?["action"]?.stringValue, client)
    }
    let request: JSONValue = ["method": "elicitation/create", "params": form]
    return .answer(
      MCP.complete(
        [
          "resultType": "input_required", "inputRequests": [Confirmation.key: request],
          "requestState": .string(remember(call)),
        ],
        client.revision
      )
    )
  }

  private func consent(_ action: String?, _ client: MCPClient) -> Consent {
    if action == "accept" { return .given }
    let text = "The user did not agree to spend money on this. Nothing was done. Ask what to do instead."
    return .answer(
      MCP.complete(["content": [["type": "text", "text": .string(text)]], "isError": true], client.revision)
    )
  }

  /// The user's answer to the question about exactly this call, which counts once.
  private func takeAnswer(_ params: JSONValue?, to call: JSONValue) -> String? {
    guard let state = params?["requestState"]?.stringValue,
      let action = params?["inputResponses"]?[Confirmation.key]?["action"]?.stringValue
    else { return nil }
    let question = questions.withLock { $0.removeValue(forKey: state) }
    guard let question, question.call == call, question.deadline > .now else { return nil }
    return action
  }

  /// - Returns: What names the question, and cannot be guessed.
  private func remember(_ call: JSONValue) -> String {
    var random = SystemRandomNumberGenerator()
    let state = (0..<2).map { _ in String(random.next(), radix: 36) }.joined()
    let question = Question(call: call, deadline: .now + Confirmation.patience)
    questions.withLock { questions in
      questions = questions.filter { $0.value.deadline > .now }
      if questions.count >= Confirmation.mostQuestions,
        let oldest = questions.min(by: { $0.value.deadline < $1.value.deadline })
      {
        questions[oldest.key] = nil
      }
      questions[state] = question
    }
    return state
  }
}
