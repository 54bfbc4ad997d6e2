import JSON
package import Reporting

/// Runs a command on a pod. Its ending badly is a result, not an error.
package enum SSHExec: ServiceMethod {
  /// A shell's text, or a program and its arguments.
  package enum Command: Codable, Sendable, Hashable {
    case text(String)
    case arguments([String])

    package init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      self =
        if let text = try? value.decode(String.self) { .text(text) } else {
          .arguments(try value.decode([String].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .arguments(let arguments): try container.encode(arguments)
      }
    }
  }

  package enum Encoding: String, Codable, Sendable, CaseIterable { case utf8, base64 }

  package struct Params: CommandParams {
    package var podId: String
    package var command: Command
    package var stdin: String
    package var openStdin: Bool
    package var env: [String: String]
    package var cwd: String?
    package var pty: Bool
    package var timeoutSeconds: Double?
    package var stream: Bool
    package var encoding: Encoding
    package var captureLimit: Int
  }

  package struct Result: Codable, Sendable {
    package var exitCode: Int?
    package var signal: String?
    package var stdout: String
    package var stderr: String
    package var truncated: Bool

    package init(exitCode: Int?, signal: String?, stdout: String, stderr: String, truncated: Bool) {
      self.exitCode = exitCode
      self.signal = signal
      self.stdout = stdout
      self.stderr = stderr
      self.truncated = truncated
    }
  }

  package static let name = "ssh/exec"
  package static let summary = """
    Runs a command on a pod and answers its exit code and the end of its output; while it runs, ssh/output \
    notifications bring all of it. A command that fails is a result, not an error. Cancelling ends it on the pod too.
    """
  package static let toolSummary = """
    Runs a command on a pod, waits for its end and answers its exit code and the ends of its output. A command that fails \
    is a result, not an error.
    """
  package static let params: [Schema.Field] =
    [.podId] + commandFields + [
      .init("openStdin", .boolean, "Whether ssh/input sends more after stdin, and its end.", default: false)
    ]
  package static let result = Schema.object([
    .init("exitCode", .integer(), "As a shell tells it: 128 + n after signal n; absent when it was not told."),
    .init("signal", .string, "The signal that ended the command: \"TERM\"."),
    .init("stdout", .string, "The end of what it printed.", isRequired: true),
    .init("stderr", .string, "The end of what it complained.", isRequired: true),
    .init("truncated", .boolean, "Whether it printed more than is answered.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .ssh
  package static let effect = Effect.anything
  package static let examples = [
    Example(
      "uname",
      params: ["podId": "50qynxzilsxoey", "command": "uname -s"],
      result: ["exitCode": 0, "stdout": "Linux\n", "stderr": "", "truncated": false]
    ),
    Example(
      "arguments and stdin",
      params: ["podId": "50qynxzilsxoey", "command": ["wc", "-c"], "stdin": "hello"],
      result: ["exitCode": 0, "stdout": "5\n", "stderr": "", "truncated": false]
    ),
  ]
}
