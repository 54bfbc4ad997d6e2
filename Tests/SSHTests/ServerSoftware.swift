import FoundationEssentials
import Glibc
import Subprocess
import Testing

/// The programs that can be a test's SSH server. All but OpenSSH's run as root only, and see a home directory of the
/// test's own in root's place.
enum ServerSoftware: String, Sendable, CaseIterable {
  case openSSH, dropbear, tinySSH

  /// Where a test that cares about it finds a file system of 20 MB, in those that run as root only.
  static let smallDisk = "/mnt"

  /// What it says when it listens.
  var readiness: String {
    switch self {
    case .openSSH: "Server listening on"
    case .dropbear: "Not backgrounding"
    case .tinySSH: "tcpserver: status: 0/"
    }
  }

  /// Makes a host key, and forgets the one before.
  func makeHostKey(_ directory: String) async throws {
    let command =
      switch self {
      case .openSSH: "for t in ed25519 ecdsa; do ssh-keygen -q -t $t -N '' -f host_key_$t; done"
      case .dropbear: "dropbearkey -t ed25519 -f host_key"
      case .tinySSH: "tinysshd-makekey host_key"
      }
    try await shell("cd \(directory) && rm -rf host_key* && \(command)")
  }

  func command(_ directory: String, port: Int) -> ChildCommand {
    let words =
      switch self {
      case .openSSH: ["sshd", "-D", "-e", "-f", "\(directory)/sshd_config"]
      case .dropbear: ["dropbear", "-F", "-E", "-s", "-p", "127.0.0.1:\(port)", "-r", "\(directory)/host_key"]
      case .tinySSH: ["tcpserver", "-vHRDl0", "127.0.0.1", "\(port)", "tinysshd", "\(directory)/host_key"]
      }
    var environment = ProcessInfo.processInfo.environment
    environment["PATH", default: "/usr/bin:/bin"] += ":/usr/sbin:/usr/local/sbin:/sbin"
    let path = findExecutable(words[0], path: environment["PATH"]) ?? words[0]
    let arguments = Array(words.dropFirst())
    if self == .openSSH { return ChildCommand(path, arguments, environment: environment) }
    let container = [
      "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "\(directory)/home", "/root",
      "--size", "20000000", "--tmpfs", Self.smallDisk, "--die-with-parent", path,
    ]
    return ChildCommand("bwrap", container + arguments, environment: environment)
  }
}

extension TestServer {
  static func start(
    _ software: ServerSoftware,
    directory: String,
    port: Int? = nil,
    options: [String]
  ) async throws -> TestServer {
    mkdir("/run/sshd", 0o755)
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    try await shell("cd \(directory) && mkdir -p -m 700 home/.ssh && cp authorized_keys home/.ssh")
    while true {
      let chosen = try port ?? UnusedPort().number
      let lines =
        [
          "ListenAddress 127.0.0.1:\(chosen)", "PidFile none", "StrictModes no",
          "HostKey \(directory)/host_key_ed25519", "HostKey \(directory)/host_key_ecdsa",
          "AuthorizedKeysFile \(directory)/authorized_keys", "UsePAM no", "PasswordAuthentication no",
          "KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password", "MaxStartups 100",
          // A login shell's own configuration would only cost time.
          "SetEnv HOME=\(directory)/home",
        ] + options
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(directory)/sshd_config"))
      let process = try await ChildProcess.start(
        software.command(directory, port: chosen),
        input: .null,
        output: .null
      )
      var log = ""
      while !log.contains(software.readiness), let bytes = try await process.standardError.read() {
        log += String(decoding: bytes, as: UTF8.self)
      }
      if log.contains(software.readiness) {
        return TestServer(directory: directory, port: chosen, username: user, software: software, process: process)
      }
      // Another test may have been given the port meanwhile.
      try #require(
        ["in use", "already used", "No listening"].contains { log.contains($0) },
        "the server ended: \(log)"
      )
    }
  }
}
