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
    handlers[executeCommand] = .task { params, context in
      let (handler, argument) = try command(params, among: commands)
      switch handler {
      case .inline(let body):
        let result = try body(argument)
        return { result }
      case .task(let begin): return try begin(argument, context)
      }
    }
    handlers["initialize"] = initialize(parts.handlers["initialize"], commands: commands.keys.sorted())
    handlers["shutdown"] = parts.handlers["shutdown"]
    return handlers
  }

  private static func command(
    _ params: JSONValue?,
    among commands: [String: Router.Handler]
  ) throws -> (Router.Handler, JSONValue?) {
    guard let name = params?["command"]?.stringValue else {
      throw InvalidParams(path: "command", expected: "a string")
    }
    guard let handler = commands[name] else { throw InvalidParams(path: "command", expected: "the name of a method") }
    let arguments = params?["arguments"]?.arrayValue ?? []
    guard arguments.count <= 1 else {
      throw InvalidParams(path: "arguments", expected: "one argument, the method's params")
    }
    return (handler, arguments.first.flatMap { $0.isNull ? nil : $0 })
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
