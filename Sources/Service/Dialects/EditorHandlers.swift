import JSON
import JSONRPC
import ServiceProtocol

extension Editor {
  static let executeCommand = "workspace/executeCommand"
  private static let lifecycle: Set = ["initialize", "shutdown"]

  /// The service's methods as an editor calls them: by their names or as commands, with failures and timings logged.
  static func handlers(of parts: DialectParts, log: EditorLog) -> [String: Router.Handler] {
    let methods = parts.handlers.filter { !lifecycle.contains($0.key) }
    var handlers = methods
    for (name, handler) in methods {
      if case .task(let body) = handler { handlers[name] = .task(log.logging(name, body)) }
    }
    let commands = handlers
    let prefix = parts.clientOptions.commandPrefix
    handlers[executeCommand] = .task { params, context in
      let (handler, argument) = try command(params, among: commands, prefix: prefix)
      switch handler {
      case .inline(let body):
        let result = try body(argument)
        return { result }
      case .task(let begin): return try begin(argument, context)
      }
    }
    handlers["initialize"] = initialize(
      parts.handlers["initialize"],
      commands: commands.keys.sorted().map { prefix + $0 }
    )
    handlers["shutdown"] = parts.handlers["shutdown"]
    return handlers
  }

  private static func command(
    _ params: JSONValue?,
    among commands: [String: Router.Handler],
    prefix: String
  ) throws -> (Router.Handler, JSONValue?) {
    guard let name = params?["command"]?.stringValue else {
      throw InvalidParams(path: "command", expected: "a string")
    }
    guard let handler = commands[method(name, prefix)] else {
      throw InvalidParams(path: "command", expected: "the name of a method")
    }
    let given = params?["arguments"]
    let isAbsent = given.map { $0.isNull || $0 == [:] } ?? true
    guard let arguments = isAbsent ? [] : given?.arrayValue, arguments.count <= 1 else {
      throw InvalidParams(path: "arguments", expected: "an array with one element, the method's params")
    }
    return (handler, arguments.first?.givenObject)
  }

  /// The method that a command calls.
  static func method(_ command: String, _ prefix: String) -> String {
    guard command.utf8.starts(with: prefix.utf8) else { return command }
    return String(decoding: command.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// Answers what the server can do once the service has taken its options.
  private static func initialize(_ handler: Router.Handler?, commands: [String]) -> Router.Handler {
    .task { params, context in
      {
        if case .task(let adopt) = handler { _ = try await adopt(params, context)() }
        return [
          "capabilities": [
            "executeCommandProvider": [
              "commands": .array(commands.map { .string($0) }), "workDoneProgress": true,
            ]
          ],
          "serverInfo": ["name": "runpod-rpc", "version": .string(Registry.version)],
        ]
      }
    }
  }
}
