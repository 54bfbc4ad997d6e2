import FoundationEssentials
import Glibc
import SSH
import Subprocess
import Testing
import Values

extension SSHTarget {
  /// Values that are known to fit.
  init(podId: String, host: String, port: Int, username: String = "root", identityFile: String? = nil) {
    guard let host = HostName(rawValue: host), let port = PortNumber(rawValue: port),
      let username = LoginName(rawValue: username)
    else { preconditionFailure("no address of a test") }
    self.init(podId: podId, host: host, port: port, username: username, identityFile: identityFile)
  }
}

/// A real SSH server on a free loopback port, with a host key and a user key of its own.
struct TestServer: Sendable {
  let directory: String
  let port: Int
  let username: String
  let software: ServerSoftware
  let process: ChildProcess

  var keyPath: String { "\(directory)/user_key" }
  var settings: SSHSettings { SSHSettings(stateDirectory: "\(directory)/state", runtimeDirectory: "\(directory)/run") }

  func target(podId: String = "pod") -> SSHTarget {
    SSHTarget(podId: podId, host: "127.0.0.1", port: port, username: username, identityFile: keyPath)
  }

  /// Runs `body` with a server and connections to it, and leaves nothing of them.
  ///
  /// - Parameter options: Lines for OpenSSH's configuration.
  static func with(
    _ software: ServerSoftware = .openSSH,
    options: [String] = [],
    _ body: (TestServer, SSHConnections) async throws -> Void
  ) async throws {
    let directory = "/tmp/ssh-test-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    try FileManager.default.createDirectory(atPath: "\(directory)/home", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await makeKey("\(directory)/user_key")
    try FileManager.default.copyItem(atPath: "\(directory)/user_key.pub", toPath: "\(directory)/authorized_keys")
    try await software.makeHostKey(directory)
    let server = try await start(software, directory: directory, options: options)
    let connections = SSHConnections(settings: server.settings)
    do {
      try await body(server, connections)
    } catch {
      await server.stop(connections)
      throw error
    }
    await server.stop(connections)
  }

  /// The same server after its end, with another host key.
  func replaced() async throws -> TestServer {
    try await software.makeHostKey(directory)
    return try await restarted()
  }

  /// The same server after its end, with the same host keys.
  func restarted() async throws -> TestServer {
    await process.terminate()
    return try await Self.start(software, directory: directory, port: port, options: [])
  }

  /// Ends the server's side of all connections; it goes on listening.
  func cutConnections() {
    // Those in a container are the container's child.
    let listeners = software == .openSSH ? [process.processID] : children(of: process.processID)
    for pid in listeners.flatMap(children) { kill(pid, SIGKILL) }
  }

  /// The shell that waits for the next command, as soon as there is one; no command may run.
  func waitingShell() async throws -> Int32 {
    while true {
      for pid in descendants(of: process.processID) {
        let line = try? String(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"), encoding: .utf8)
        if line?.contains("rr_main") == true { return pid }
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func descendants(of parent: Int32) -> [Int32] {
    children(of: parent).flatMap { [$0] + descendants(of: $0) }
  }

  private func children(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { name in
      guard let pid = Int32(name),
        let text = try? String(contentsOf: URL(filePath: "/proc/\(pid)/stat"), encoding: .utf8),
        let found = text.split(separator: ")").last?.split(separator: " ").dropFirst().first
      else { return nil }
      return Int32(found) == parent ? pid : nil
    }
  }

  /// Makes a key that the server does not know.
  func strangerKey(passphrase: String = "") async throws -> String {
    let path = "\(directory)/stranger\(passphrase.isEmpty ? "" : "_protected")"
    try await Self.makeKey(path, passphrase: passphrase)
    return path
  }

  private func stop(_ connections: SSHConnections) async {
    await connections.close()
    await process.terminate()
  }

  static func makeKey(_ path: String, passphrase: String = "") async throws {
    let command = ChildCommand("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", path])
    try #require(try await ChildProcess.run(command).exit.isSuccess)
  }
}

/// A loopback port that nobody listens on and that, as long as this value lives, nobody else is given.
final class UnusedPort {
  let number: Int
  private let socket: Int32
  private var isTaken = false

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { [socket] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, size) == 0 && getsockname(socket, pointer, &size) == 0
      }
    }
    try #require(isBound)
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { if !isTaken { close(socket) } }

  /// The socket that is bound to the port; it is the caller's now.
  func take() -> Int32 {
    isTaken = true
    return socket
  }
}

/// Waits until the process has ended; the test's own time limit is the limit.
func expectGone(_ pid: Int32) async throws {
  while let text = try? String(contentsOf: URL(filePath: "/proc/\(pid)/stat"), encoding: .utf8) {
    if text.split(separator: ")").last?.hasPrefix(" Z") == true { return }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// The SHA-256 of `bytes`, in hexadecimal.
func sha256(_ bytes: [UInt8]) async throws -> String {
  let result = try await ChildProcess.run(ChildCommand("sha256sum"), input: bytes)
  return String(result.outputText.prefix { $0 != " " })
}
