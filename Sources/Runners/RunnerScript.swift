/// `runner.sh` with what it is to do: text for a shell's standard input. The only place where its tokens go.
struct RunnerScript: Sendable {
  enum Command: String, Sendable {
    case preflight, install, configure, start, stop, status, remove

    /// After which the far end has certainly gone wrong.
    var timeLimit: Duration {
      switch self {
      case .preflight, .status: .seconds(60)
      case .configure, .start, .stop: .seconds(240)
      case .remove: .seconds(480)
      case .install: .seconds(1800)
      }
    }
  }

  let command: Command
  /// Values by the names in the script's head, without `param_`.
  var parameters: [String: String]

  var bytes: [UInt8] {
    var all = parameters
    all["command"] = command.rawValue
    let assignments = all.sorted { $0.key < $1.key }.map { "param_\($0.key)=\(Self.quoted($0.value))\n" }
    return Array(assignments.joined().utf8) + PackageResources.runner_sh
  }

  private static func quoted(_ value: String) -> String {
    "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}
