import Environment
import JSON
import JSONRPC
import ServiceProtocol

/// What was asked for on the command line.
package enum CommandLineOptions: Sendable {
  case serve(Server.Options)
  /// Print this text and end.
  case print(String)

  /// A command line that makes no sense; `text` says why.
  package struct UsageError: Error, Sendable {
    package var text: String
  }

  package static func parse(_ arguments: [String]) -> Result<CommandLineOptions, UsageError> {
    var options = Server.Options()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      // The client's first message tells the dialect; hosts of agents want to name it all the same.
      case "serve", "mcp": break
      case "--help", "-h": return .success(.print(help))
      case "--version": return .success(.print("runpod-rpc \(Registry.version)\n"))
      case "--openrpc": return .success(.print(OpenRPCDocument.json.text + "\n"))
      case "--methods": return .success(.print(MethodReference.text))
      case "--framing":
        guard let framing = rest.popFirst().flatMap(Framing.init(rawValue:)) else {
          return .failure(UsageError(text: "runpod-rpc: --framing takes headers or lines\n"))
        }
        options.framing = framing
      case "--drain-seconds":
        guard let seconds = rest.popFirst().flatMap(Int.init), seconds >= 0 else {
          return .failure(UsageError(text: "runpod-rpc: --drain-seconds takes a whole number\n"))
        }
        options.drainLimit = .seconds(seconds)
      case "--record":
        guard let directory = rest.popFirst() else {
          return .failure(UsageError(text: "runpod-rpc: --record takes a directory\n"))
        }
        options.recordDirectory = directory
      case "--exit-with-parent": options.exitsWithParent = true
      default:
        guard let setting = Setting.all.first(where: { $0.flag == argument }) else {
          return .failure(UsageError(text: "runpod-rpc: unknown argument \(argument)\n\(help)"))
        }
        guard let value = rest.popFirst() else {
          return .failure(UsageError(text: "runpod-rpc: \(argument) takes a value\n"))
        }
        options.settings[setting] = value
      }
    }
    return .success(.serve(options))
  }

  private static let help = """
    usage: runpod-rpc [serve|mcp] [--framing headers|lines] [--drain-seconds N] [--exit-with-parent]
                      [--record DIRECTORY]
           runpod-rpc --openrpc | --methods | --version | --help

    Speaks JSON-RPC 2.0 on standard input and output, in Content-Length frames or one message a line.
    Try:  echo '{"jsonrpc":"2.0","id":1,"method":"service/ping","params":{"text":"hello"}}' | runpod-rpc

    """
}
