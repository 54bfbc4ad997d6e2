import Environment
import JSON
import JSONRPC
import Outside
import Reporting
import ServiceProtocol
import Setup

/// What was asked for on the command line.
package enum CommandLineOptions: Sendable {
  case serve(Server.Options)
  case run(WorkflowCommand.Options)
  case reap(ReapCommand.Options)
  case setup(SetupCommand.Options)
  /// Print this text and end.
  case print(String)

  /// A command line that makes no sense; `text` says why.
  package struct UsageError: Error, Sendable {
    package var text: String
  }

  package static func parse(_ arguments: [String]) -> Result<CommandLineOptions, UsageError> {
    Result { () throws(UsageError) in
      switch arguments.first {
      case "run": return .run(try running(arguments.dropFirst()))
      case "reap": return .reap(try reaping(arguments.dropFirst()))
      case "setup": return .setup(try settingUp(arguments.dropFirst()))
      default: return try serving(arguments[...])
      }
    }
  }

  private static func serving(_ arguments: ArraySlice<String>) throws(UsageError) -> CommandLineOptions {
    var options = Server.Options()
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      // The client's first message tells the dialect.
      case "serve": break
      case "mcp": options.client.dialect = .mcp
      case "--help", "-h": return .print(help)
      case "--version": return .print("runpod-rpc \(Registry.version)\n")
      case "--openrpc": return .print(OpenRPCDocument.json.text + "\n")
      case "--methods": return .print(MethodReference.text)
      case "--framing":
        guard let framing = rest.popFirst().flatMap(Framing.init(rawValue:)) else {
          throw UsageError(text: "runpod-rpc: --framing takes headers or lines\n")
        }
        options.framing = framing
      case "--drain-seconds":
        guard let seconds = rest.popFirst().flatMap(Int.init), seconds >= 0 else {
          throw UsageError(text: "runpod-rpc: --drain-seconds takes a whole number\n")
        }
        options.drainLimit = .limited(seconds: Double(seconds))
      case "--record":
        guard let directory = rest.popFirst() else {
          throw UsageError(text: "runpod-rpc: --record takes a directory\n")
        }
        options.recordDirectory = directory
      case "--exit-with-parent": options.exitsWithParent = true
      case "--command-prefix":
        guard let prefix = rest.popFirst() else {
          throw UsageError(text: "runpod-rpc: --command-prefix takes the beginning of the commands' names\n")
        }
        options.client.commandPrefix = prefix
      default: try take(argument, &rest, into: &options.settings)
      }
    }
    return .serve(options)
  }

  private static func running(_ arguments: ArraySlice<String>) throws(UsageError) -> WorkflowCommand.Options {
    var options = WorkflowCommand.Options()
    var words: [String] = []
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--dry-run": options.isDryRun = true
      case "-": words.append(argument)
      case _ where !argument.bytes.hasPrefix("-"): words.append(argument)
      default: try take(argument, &rest, into: &options.settings)
      }
    }
    guard words.count == 2 else { throw UsageError(text: "runpod-rpc: run takes a workflow and a file\n\(help)") }
    let workflows = WorkflowCommand.workflows
    guard workflows.contains(where: { $0.bytes == words[0].bytes }) else {
      let advice = NearestName.advice(words[0], among: workflows)
      throw UsageError(text: "runpod-rpc: there is no workflow \(words[0]); \(advice)\n")
    }
    options.workflow = words[0]
    options.file = words[1]
    return options
  }

  private static func reaping(_ arguments: ArraySlice<String>) throws(UsageError) -> ReapCommand.Options {
    var options = ReapCommand.Options()
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--dry-run": options.isDryRun = true
      default: try take(argument, &rest, into: &options.settings)
      }
    }
    return options
  }

  /// Takes a setting's flag and its value.
  static func take(
    _ argument: String,
    _ rest: inout ArraySlice<String>,
    into settings: inout [Setting: String]
  ) throws(UsageError) {
    guard let setting = Setting.all.first(where: { $0.flag?.bytes == argument.bytes }) else {
      throw UsageError(text: "runpod-rpc: unknown argument \(argument)\n\(help)")
    }
    if setting.isSwitch {
      settings[setting] = "yes"
      return
    }
    guard let value = rest.popFirst() else { throw UsageError(text: "runpod-rpc: \(argument) takes a value\n") }
    settings[setting] = value
  }

  private static let help = """
    usage: runpod-rpc [serve|mcp] [--framing headers|lines] [--drain-seconds N] [--exit-with-parent]
                      [--record DIRECTORY] [--command-prefix PREFIX] [--tools pods,ssh,…] [--read-only]
           runpod-rpc run \(WorkflowCommand.workflows.joined(separator: "|")) FILE [--dry-run]
           runpod-rpc reap [--dry-run]
           runpod-rpc setup \(Host.allCases.map(\.rawValue).joined(separator: "|"))
                      [--print] [--remove] [--yes] [--env NAME] [--tools pods,ssh,…] [--read-only]
           runpod-rpc --openrpc | --methods | --version | --help

    Speaks JSON-RPC 2.0 on standard input and output, in Content-Length frames or one message a line.
    run: one workflow without a client. FILE (- for standard input) has its params as JSON; progress goes to standard error,
    the result to standard output.
    reap: looks at the RunPod account once and ends what is past its deadline. It needs RUNPOD_API_KEY alone. Exit code 0: no
    pod is past its deadline; 2: one is, and is left; others: the account could not be looked at.
    Try:  echo '{"jsonrpc":"2.0","id":1,"method":"service/ping","params":{"text":"hello"}}' | runpod-rpc

    """
}
