import JSON
import JSONRPC
import Outside
import Reporting

/// The registry as a page for people, in Markdown.
package enum MethodReference {
  package static let text: String = {
    let nouns = grouped()
    let index = nouns.map { noun, methods in
      "- \(noun): " + methods.map { "[`\($0.name)`](#\(anchor($0.name)))" }.joined(separator: " · ")
    }
    let sections = nouns.map { noun, methods in "## \(noun)\n\n" + methods.map { describe($0) }.joined(separator: "\n")
    }
    return """
      # Methods

      Made from the registry by `runpod-rpc --methods`; do not edit. The same for machines: [openrpc.json](openrpc.json).

      \(index.joined(separator: "\n"))

      \(sections.joined(separator: "\n"))
      ## Notifications

      \(Registry.notifications.map { describe($0) }.joined(separator: "\n"))
      ## Failures

      `error.data` is an object with `kind`, `retryable`, `hint` (what to do), `resources` (ids of what exists because of \
      the request) and `details`.

      | kind | code | usually helps to try again |
      |---|---|---|
      \(kinds)

      """
  }()

  private static func grouped() -> [(noun: String, methods: [any ServiceMethod.Type])] {
    var nouns: [(noun: String, methods: [any ServiceMethod.Type])] = []
    for method in Registry.methods.sorted(by: { $0.name.bytes < $1.name.bytes }) {
      let noun = String(method.name.bytes.replacing(".", with: "/").bytes.split("/")[0])
      if nouns.last?.noun.bytes != noun.bytes { nouns.append((noun, [])) }
      nouns[nouns.count - 1].methods.append(method)
    }
    return nouns
  }

  private static func anchor(_ name: String) -> String {
    String(
      decoding: name.bytes.lowercased.utf8.filter { $0.isLetter || $0.isDigit || "-_".utf8.contains($0) },
      as: UTF8.self
    )
  }

  private static func describe(_ method: any ServiceMethod.Type) -> String {
    let effect =
      switch method.effect {
      case .reads: "Changes nothing."
      case .changes: "Changes things."
      case .spendsMoney: "Spends money."
      case .destroys: "Destroys things."
      case .anything: "Does what it is told, whatever that is."
      }
    let tool = method.isTool ? " Agents know it as `\(Tool(method).name)`." : ""
    let errors = method.distinctErrors.map { "`\($0.rawValue)`" }.joined(separator: " ")
    let examples = method.examples.map { example in
      "\(example.name):\n\n```json\n{\"method\": \"\(method.name)\", \"params\": \(example.params.text)}\n"
        + "{\"result\": \(example.result.text)}\n```\n"
    }
    return """
      ### `\(method.name)`

      \(method.summary) \(effect)\(tool)

      \(table("param", method.params))\(table("result", of: method.result))\(errors.isEmpty ? "" : "Fails with \(errors).\n\n")\
      \(examples.joined(separator: "\n"))
      """
  }

  private static func describe(_ notification: ServiceNotification) -> String {
    let sender = notification.direction == .clientToServer ? "From the client." : "From the service."
    return """
      ### `\(notification.name)`

      \(sender) \(notification.summary)

      \(table("param", notification.params))
      """
  }

  private static var kinds: String {
    let rows = Failure.Kind.all.map {
      "| `\($0.rawValue)` | \($0.code.rawValue) | \($0.isUsuallyRetryable ? "yes" : "no") |"
    }
    return rows.joined(separator: "\n")
  }

  private static func table(_ title: String, of schema: Schema) -> String {
    switch schema {
    case .object(let fields), .openObject(let fields): table(title, fields, always: "always")
    default: ""
    }
  }

  private static func table(_ title: String, _ fields: [Schema.Field], always: String = "required") -> String {
    guard !fields.isEmpty else { return "" }
    let rows = fields.flatMap { MethodReference.rows(for: $0, prefix: "", always: always) }
    return "| \(title) | type | | |\n|---|---|---|---|\n" + rows.joined(separator: "\n") + "\n\n"
  }

  private static func rows(for field: Schema.Field, prefix: String, always: String) -> [String] {
    let name = prefix + field.name
    let value = field.isRequired ? always : field.defaultValue.map { "`\($0.text)`" } ?? ""
    let aliases = field.aliases.isEmpty ? "" : " Also: " + field.aliases.map { "`\($0)`" }.joined(separator: ", ") + "."
    let cells = ["`\(name)`", field.schema.words, value, field.summary + aliases]
    let row = "| " + cells.map { $0.bytes.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    return [row] + field.schema.members.flatMap { rows(for: $0.field, prefix: name + $0.separator, always: always) }
  }
}

extension Schema {
  /// The schema in few words.
  fileprivate var words: String {
    switch self {
    case .any: "anything"
    case .boolean: "boolean"
    case .integer(let minimum, let maximum): "integer" + Schema.range(minimum.map { "\($0)" }, maximum.map { "\($0)" })
    case .number(let minimum, let maximum):
      "number" + Schema.range(minimum.map { JSONValue($0).text }, maximum.map { JSONValue($0).text })
    case .string: "string"
    case .time: "time"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: " or ")
    case .array(let element): "array of \(element.words)"
    case .map(let element): "object of \(element.words)"
    case .object, .openObject: "object"
    case .nullable(let schema): "\(schema.words) or null"
    case .either(let schemas): schemas.map(\.words).joined(separator: " or ")
    }
  }

  /// The members of the objects within, and what stands between the name around them and theirs.
  fileprivate var members: [(separator: String, field: Field)] {
    switch self {
    case .object(let fields), .openObject(let fields): fields.map { (".", $0) }
    case .array(let element): element.members.map { ("[]" + $0.separator, $0.field) }
    case .nullable(let schema): schema.members
    case .either(let schemas): schemas.flatMap(\.members)
    default: []
    }
  }

  private static func range(_ minimum: String?, _ maximum: String?) -> String {
    switch (minimum, maximum) {
    case (let minimum?, let maximum?): ", \(minimum) to \(maximum)"
    case (let minimum?, nil): ", at least \(minimum)"
    case (nil, let maximum?): ", at most \(maximum)"
    case (nil, nil): ""
    }
  }
}
