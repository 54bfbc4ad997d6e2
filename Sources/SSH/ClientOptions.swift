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

  /// For a person at a terminal, who may be asked for a passphrase.
  func terminal() -> [String] {
    ["ssh"] + options([]) + destination
  }

  private func options(_ more: [String]) -> [String] {
    var all = more
    all += [
      "UserKnownHostsFile=\(quoted(knownHosts.path(target)))",
      "GlobalKnownHostsFile=/dev/null",
      "HostKeyAlias=\(KnownHosts.alias(podId: target.podId))",
      "CheckHostIP=no",
      "HashKnownHosts=no",
      "UpdateHostKeys=no",
      // A pinned pod with a key of another kind than the pinned one is a changed pod, not a new one.
      "StrictHostKeyChecking=\(knownHosts.isPinned(target) ? "yes" : "accept-new")",
      "ForwardAgent=no",
      "ForwardX11=no",
      "PreferredAuthentications=publickey",
      "PasswordAuthentication=no",
      "KbdInteractiveAuthentication=no",
      // Half as long to connect as with the default, which is safe against computers yet to be built.
      "KexAlgorithms=^curve25519-sha256",
      "ServerAliveInterval=15",
      "ServerAliveCountMax=3",
    ]
    var arguments = userConfig ? [] : ["-F", "/dev/null"]
    if let identity = target.identityFile {
      arguments += ["-i", identity]
      all.append("IdentitiesOnly=yes")
    }
    return arguments + all.flatMap { ["-o", $0] }
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
