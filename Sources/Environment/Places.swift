import FoundationEssentials
import Glibc
import Outside

/// Directories and files of the service: https://specifications.freedesktop.org/basedir-spec/latest/
package struct Places: Sendable, Hashable {
  package let home: String
  /// `$XDG_STATE_HOME/runpod-rpc`: the state file, host keys, locks.
  package let stateDirectory: String
  /// `$XDG_RUNTIME_DIR/runpod-rpc`: control sockets.
  package let runtimeDirectory: String
  /// `$XDG_CONFIG_HOME/runpod-rpc/config.json`, which need not be there.
  package let configurationFile: String

  package init(environment: [String: String]) {
    func directory(_ variable: String) -> String? {
      // The specification has relative paths ignored.
      environment[variable].flatMap { $0.bytes.hasPrefix("/") ? $0 : nil }
    }
    let home = directory("HOME") ?? "/"
    self.home = home
    stateDirectory = (directory("XDG_STATE_HOME") ?? "\(home)/.local/state") + "/runpod-rpc"
    runtimeDirectory = directory("XDG_RUNTIME_DIR").map { "\($0)/runpod-rpc" } ?? "/tmp/runpod-rpc-\(geteuid())"
    configurationFile = (directory("XDG_CONFIG_HOME") ?? "\(home)/.config") + "/runpod-rpc/config.json"
  }

  package var stateFile: String { "\(stateDirectory)/state.sqlite" }
  /// For the SSH client, which `ssh/config` tells how to include it.
  package var sshConfigFile: String { "\(stateDirectory)/ssh_config" }
  package var ownersDirectory: String { "\(stateDirectory)/owners" }

  /// The absolute path for one that was set. A leading `~` is the home directory: values that come from files and editors were
  /// never seen by a shell.
  package func expanded(_ path: String) -> String {
    let bytes = path.utf8
    if bytes.elementsEqual("~".utf8) || bytes.starts(with: "~/".utf8) {
      return home + String(path.unicodeScalars.dropFirst())
    }
    if bytes.first == UInt8(ascii: "/") { return path }
    return "\(FileManager.default.currentDirectoryPath)/\(path)"
  }
}
