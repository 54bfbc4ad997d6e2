import Glibc
import SSH
import Subprocess
import Values

/// Starts something that must not outlive it, prints the pids and waits to be killed.
///
///     parent-to-kill PROGRAM ARGUMENT…
///     parent-to-kill ssh: PORT USER KEY DIRECTORY COMMAND
@main enum Main {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "ssh:", arguments.count == 6 {
      try await holdConnection(arguments)
    } else {
      let child = try await ChildProcess.start(
        ChildCommand(arguments.first ?? "true", Array(arguments.dropFirst())),
        input: .null
      )
      show("\(child.processID)")
      _ = try await child.waitForExit()
    }
  }

  private static func holdConnection(_ arguments: [String]) async throws {
    let directory = arguments[4]
    let settings = SSHSettings(stateDirectory: directory, runtimeDirectory: "\(directory)/run")
    let connections = SSHConnections(settings: settings)
    guard let host = HostName(rawValue: "127.0.0.1"), let port = Int(arguments[1]).flatMap(PortNumber.init(rawValue:)),
      let username = LoginName(rawValue: arguments[2])
    else { return }
    let target = SSHTarget(podId: "pod", host: host, port: port, username: username, identityFile: arguments[3])
    _ = try await connections.connect(target)
    show(await connections.masterProcessIDs.map { "\($0)" }.joined(separator: " "))
    _ = try await connections.exec(target, ExecRequest(command: arguments[5])) { output in
      show(String(decoding: output.bytes, as: UTF8.self))
    }
  }

  private static func show(_ text: String) {
    print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
    fflush(nil)
  }
}
