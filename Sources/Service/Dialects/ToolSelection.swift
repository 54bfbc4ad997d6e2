import Environment
import Outside
import Reporting
import ServiceProtocol

/// The tools that an agent is offered, by the settings `TOOLS` and `READ_ONLY`.
struct ToolSelection: Sendable {
  /// nil for all tools.
  private let words: [ByteText]?
  private let readsOnly: Bool
  private let all: [Tool]

  /// - Throws: `Failure(.configurationInvalid)` for a word that names no tool.
  init(of all: [Tool], _ settings: Settings) throws {
    self.all = all
    readsOnly = try settings.isOn(.readOnly)
    let given = settings[.tools]?.bytes.replacing(",", with: " ").bytes.words ?? []
    words = given.isEmpty ? nil : given.map { Tool.name(of: String($0)).bytes }
    let known = Set(all.flatMap { [$0.noun, $0.name] }.map(\.bytes))
    for word in words ?? [] where !known.contains(word) {
      let nouns = Set(all.map { $0.noun.bytes }).sorted().map { $0.string }
      throw Failure(
        .configurationInvalid,
        "Invalid value for TOOLS: there is no tool \(word.string); "
          + NearestName.advice(word.string, among: nouns + all.map(\.name)).sentence,
        hint: "Use nouns (\(nouns.joined(separator: ", "))) and names of tools, separated by commas.",
        details: ["variable": Setting.tools.variable]
      )
    }
  }

  var tools: [Tool] { all.filter(has) }

  func has(_ tool: Tool) -> Bool {
    if readsOnly, !tool.isReadOnly { return false }
    guard let words else { return true }
    return words.contains(tool.noun.bytes) || words.contains(tool.name.bytes)
  }
}
