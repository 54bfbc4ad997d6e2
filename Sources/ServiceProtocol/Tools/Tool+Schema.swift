package import JSON
import Outside

extension Tool {
  /// The tool as a list of tools has it.
  ///
  /// - Parameter names: The names of all tools of the list, by which the texts call them.
  package func json(_ names: ToolNames) -> JSONObject {
    [
      "name": .string(name), "description": .string(names.translated(description(names))),
      "inputSchema": .object(inputSchema(names)), "outputSchema": method.result.json, "annotations": annotations,
    ]
  }

  private func description(_ names: ToolNames) -> String {
    var text = method.toolSummary
    if method.effect == .spendsMoney { text += " Spends money." }
    let others = models(names).map(\.name)
    guard !others.isEmpty else { return text }
    text += " Params without a description: see \(others.joined(separator: ", "))."
    if isBrief { text += " It takes all of theirs." }
    return text
  }

  /// Whether it has so many params of other tools that only those are told that are needed often.
  private var isBrief: Bool { method.params.count > 30 && !method.paramsLike.isEmpty }

  /// The tools that describe some of this one's params.
  private func models(_ names: ToolNames) -> [Tool] { method.paramsLike.map { Tool($0) }.filter { names.has($0.name) } }

  private func inputSchema(_ names: ToolNames) -> JSONObject {
    let described = Set(models(names).flatMap { $0.method.params.map { $0.summary.bytes } })
    var limits: [String: JSONValue] = [:]
    let fields = method.params.compactMap { field -> Schema.Field? in
      var field = field
      switch role(of: field) {
      case .plain: break
      case .hidden, .unlisted: return nil
      case .atMost(let limit):
        limits[field.name] = .integer(limit)
        field.defaultValue = .integer(limit)
        field.summary = "How long to wait. When the time is up, call it again."
      case .preset(let value): field.defaultValue = value
      }
      return field
    }
    return Schema.object(fields).agentJSON(limits: limits, isBrief: isBrief) { field in
      if described.contains(field.summary.bytes) { return nil }
      return Tool.selfExplanatory.contains(field.name) ? "" : names.translated(Tool.beginning(of: field.summary))
    }
  }

  /// The first sentences of a text, as far as an agent has room for them; at least one.
  private static func beginning(of text: String) -> String {
    let sentences = text.bytes.parts(between: ". ")
    var kept = String(sentences[0])
    for sentence in sentences.dropFirst() {
      guard kept.utf8.count + sentence.utf8.count < mostOfText else { return "\(kept)." }
      kept += ". \(sentence)"
    }
    return kept
  }

  private static let mostOfText = 140
  private static let selfExplanatory: Set = [
    "podId", "podIds", "workflowId", "forwardId", "limit", "cursor", "lines", "status", "state", "gpuCount",
    "maxParallel",
  ]
}
