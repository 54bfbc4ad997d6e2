import FoundationEssentials
import Reporting
import Subprocess
import Values

/// Argument lists for the system's `ssh`.
struct ClientOptions: Sendable {
  let target: SSHTarget
  let knownHosts: KnownHosts
  let userConfig: Bool
  private let identity: ClientPath?
  private let knownHostsFile: ClientPath

  /// - Throws: `Failure(.configurationInvalid)` for a path that OpenSSH cannot be told.
  init(target: SSHTarget, knownHosts: KnownHosts, userConfig: Bool) throws {
    self.target = target
    self.knownHosts = knownHosts
    self.userConfig = userConfig
    identity = try target.identityFile.map { try Self.path($0, setting: "SSH_KEY_PATH") }
    knownHostsFile = try Self.path(knownHosts.path(target), setting: "XDG_STATE_HOME")
  }

  private static func path(_ text: String, setting: String) throws -> ClientPath {
    if let path = ClientPath(rawValue: text) { return path }
    throw Failure(
      .configurationInvalid,
      "OpenSSH cannot be told the path \(text.visible): it is not \(ClientPath.noun).",
      hint: "Set \(setting) to another path.",
      details: ["path": text.visible]
    )
  }

  /// For a master that listens at `controlPath` and runs nothing itself.
  ///
  /// - Parameter timeout: Seconds for TCP and the server's greeting.
  func master(controlPath: String, timeout: Int64) -> [String] {
    let own = [
      "ControlMaster=yes",
      "ControlPath=\(Self.socket(controlPath))",
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
      "ControlMaster=no", "ControlPath=\(Self.socket(controlPath))", "ProxyCommand=false", "BatchMode=yes",
      "LogLevel=ERROR",
    ]
    return ["-F", "/dev/null"] + own.flatMap { ["-o", $0] } + more + destination + (command.map { [$0] } ?? [])
  }

  /// For a person at a terminal, who may be asked for a passphrase.
  func terminal() -> [String] {
    ["ssh"] + options([]) + destination
  }

  /// For a configuration file. Only keywords and forms that other readers of such files know as well: paramiko, asyncssh and
  /// editors stumble over `Match exec`.
  ///
  /// - Parameter names: What the pod is called there.
  func configuration(_ names: [String]) -> String {
    let address = ["HostName=\(target.host)", "Port=\(target.port)", "User=\(target.username)"]
    let strictness = "StrictHostKeyChecking=\(knownHosts.isPinned(target) ? "yes" : "accept-new")"
    let lines = (address + key + [strictness] + hostKey + connection).map { option in
      let (keyword, value) = option.pair(at: UInt8(ascii: "="))
      return "  \(keyword) \(value)\n"
    }
    return "\nHost \(names.joined(separator: " "))\n" + lines.joined()
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
    let all = more + key + hostKey + strictness + ["ForwardAgent=no", "ForwardX11=no"] + connection
    return (userConfig ? [] : ["-F", "/dev/null"]) + all.flatMap { ["-o", $0] }
  }

  /// Of the keys of an agent only this one is offered: a server counts each as a try.
  private var key: [String] { identity.map { ["IdentityFile=\($0.value)", "IdentitiesOnly=yes"] } ?? [] }

  private var hostKey: [String] {
    [
      "UserKnownHostsFile=\(knownHostsFile.value)",
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
    ["-p", "\(target.port)", "-l", target.username.rawValue, "--", target.host.rawValue]
  }

  /// `RuntimeDirectory` has only paths that can be told.
  private static func socket(_ path: String) -> String { ClientPath(rawValue: path)?.value ?? path }
}

extension String {
  fileprivate func pair(at separator: UInt8) -> (Substring, Substring) {
    let end = utf8.firstIndex(of: separator) ?? endIndex
    return (self[..<end], self[end...].dropFirst())
  }
}
