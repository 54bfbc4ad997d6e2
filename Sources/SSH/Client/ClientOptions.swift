import FoundationEssentials
import Subprocess

/// Argument lists for the system's `ssh`.
struct ClientOptions: Sendable {
  let target: SSHTarget
  let knownHosts: KnownHosts
  let userConfig: Bool

  /// For a master that listens at `controlPath` and runs nothing itself.
  ///
  /// - Parameter timeout: Seconds for TCP and the server's greeting.
  func master(controlPath: String, timeout: Int64) -> [String] {
    let own = [
      "ControlMaster=yes",
      "ControlPath=\(escaped(controlPath))",
      "ControlPersist=no",
      "BatchMode=yes",
      "ConnectTimeout=\(max(timeout, 1))",
      "LogLevel=DEBUG1",
      "PermitLocalCommand=no",
      "RemoteCommand=none",
      "RequestTTY=no",
      "ClearAllForwardings=yes",
    ]
    return ["-N", "-T"] + options(own) + destination
  }

  /// For a client of the master that listens at `controlPath`, and that makes no connection of its own without one.
  func through(_ controlPath: String, _ more: [String], command: String? = nil) -> [String] {
    let own = [
      "ControlMaster=no", "ControlPath=\(escaped(controlPath))", "ProxyCommand=false", "BatchMode=yes",
      "LogLevel=ERROR",
    ]
    return ["-F", "/dev/null"] + own.flatMap { ["-o", $0] } + more + destination + (command.map { [$0] } ?? [])
  }

  /// For a person at a terminal, who may be asked for a passphrase.
  func terminal() -> [String] {
    ["ssh"] + options([]) + destination
  }

  /// For a configuration file, in which the pod is called `name` and by its id.
  func configuration(_ name: String) -> String {
    let names = Set([name, KnownHosts.alias(podId: target.podId)]).sorted()
    let key = target.identityFile.map { ["IdentityFile=\(quoted($0))", "IdentitiesOnly=yes"] } ?? []
    let address = ["HostName=\(target.host)", "Port=\(target.port)", "User=\(target.username)"]
    // The first of two values counts, and whether there is a pin is seen when the file is read.
    return """

      Match originalhost \(names.joined(separator: ",")) exec "test -s \(escaped(shellQuoted(knownHosts.path(target))))"
        StrictHostKeyChecking yes
      Host \(names.joined(separator: " "))
        StrictHostKeyChecking accept-new

      """ + (address + key + hostKey + connection).map { "  \($0)\n" }.joined()
  }

  /// What `ssh` needs and no more: our own environment holds the keys to the account.
  var environment: [String: String] {
    let own = ProcessInfo.processInfo.environment
    let secrets: Set = ["RUNPOD_API_KEY", "GITHUB_TOKEN"]
    let wanted: Set = ["HOME", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "USER", "XDG_RUNTIME_DIR"]
    var environment = own.filter { userConfig ? !secrets.contains($0.key) : wanted.contains($0.key) }
    // Its messages are read by `MasterLog`.
    environment["LC_ALL"] = "C"
    return environment
  }

  private func options(_ more: [String]) -> [String] {
    // A pinned pod with a key of another kind than the pinned one is a changed pod, not a new one.
    var strictness = ["StrictHostKeyChecking=\(knownHosts.isPinned(target) ? "yes" : "accept-new")"]
    if let algorithms = knownHosts.algorithmsAside(target) { strictness.append("HostKeyAlgorithms=^\(algorithms)") }
    var all = more + hostKey + strictness + ["ForwardAgent=no", "ForwardX11=no"] + connection
    var arguments = userConfig ? [] : ["-F", "/dev/null"]
    if let identity = target.identityFile {
      arguments += ["-i", identity]
      all.append("IdentitiesOnly=yes")
    }
    return arguments + all.flatMap { ["-o", $0] }
  }

  private var hostKey: [String] {
    [
      "UserKnownHostsFile=\(quoted(knownHosts.path(target)))",
      "GlobalKnownHostsFile=/dev/null",
      "HostKeyAlias=\(KnownHosts.alias(podId: target.podId))",
      "CheckHostIP=no",
      "HashKnownHosts=no",
      "UpdateHostKeys=no",
    ]
  }

  private var connection: [String] {
    [
      "PreferredAuthentications=publickey",
      "PasswordAuthentication=no",
      "KbdInteractiveAuthentication=no",
      "ServerAliveInterval=15",
      "ServerAliveCountMax=3",
    ]
  }

  private var destination: [String] {
    ["-p", String(target.port), "-l", target.username, "--", target.host]
  }

  /// A path as the value of an option: quotation marks around it, percent signs doubled.
  private func quoted(_ path: String) -> String { "\"\(escaped(path))\"" }

  private func escaped(_ path: String) -> String {
    path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
