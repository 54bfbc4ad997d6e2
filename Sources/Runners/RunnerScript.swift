import Outside
import Reporting
import SSH
import Subprocess

/// `runner.sh` with what it is to do: text for a shell's standard input. The only place where its secrets go.
struct RunnerScript: Sendable {
  enum Command: String, Sendable {
    case preflight, install, configure, start, stop, status, list, logs, remove

    /// After which the far end has certainly gone wrong.
    var timeLimit: Duration {
      switch self {
      case .preflight, .status, .list, .logs: .seconds(60)
      case .configure, .start, .stop: .seconds(240)
      case .remove: .seconds(480)
      case .install: .seconds(1800)
      }
    }
  }

  let command: Command
  /// Values by the names in the script's head, without `param_`.
  var parameters: [String: String]
  var secrets: [String: Secret] = [:]

  /// Everything but the last part only defines functions.
  private static let text =
    PackageResources.archive_sh + PackageResources.configure_sh + PackageResources.install_sh + PackageResources.lock_sh
    + PackageResources.logs_sh + PackageResources.machine_sh + PackageResources.place_sh + PackageResources.processes_sh
    + PackageResources.remove_sh + PackageResources.resume_sh + PackageResources.start_sh + PackageResources.status_sh
    + PackageResources.stop_sh
    + PackageResources.user_sh + PackageResources.variables_sh + PackageResources.runner_sh

  /// Masks its secrets in what it says.
  var scrub: Scrubber { Scrubber(Array(secrets.values)) }

  var bytes: [UInt8] {
    var all = parameters.merging(secrets.mapValues(\.exposed)) { $1 }
    all["command"] = command.rawValue
    if [.configure, .start, .remove].contains(command) { all["container"] = ContainerEnvironment.script }
    if command == .start { all["supervisor"] = String(decoding: PackageResources.supervise_sh, as: UTF8.self) }
    let assignments = all.sorted { $0.key.bytes < $1.key.bytes }.map { "param_\($0.key)=\(shellQuoted($0.value))\n" }
    return Array(assignments.joined().utf8) + Self.text
  }
}
