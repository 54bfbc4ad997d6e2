import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing
import Values

/// Everything that goes wrong on the way to a pod has words and advice of its own, whatever server is there.
@Suite(.enabled(if: geteuid() == 0), .timeLimit(.minutes(3))) struct FailureTests {
  private static let once = ConnectPolicy(attempts: 1, attemptTimeout: .seconds(20))

  @Test func whoCannotBeReachedIsToldApart() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let nobody = try UnusedPort()
      let mute = try Listener { _ in }
      let rude = try Listener { close($0) }
      let places = [
        ("127.0.0.1", nobody.number, "refused"), ("no-such-host.invalid", 22, "unreachable"),
        ("127.0.0.1", mute.port, "silent"), ("127.0.0.1", rude.port, "hungUp"),
      ]
      var hints: Set<String> = []
      for (host, port, reason) in places {
        var target = server.target()
        target.host = try #require(HostName(rawValue: host))
        target.port = try #require(PortNumber(rawValue: port))
        let policy = ConnectPolicy(attempts: 1, attemptTimeout: .seconds(reason == "silent" ? 1 : 30))
        let failure = await #expect(throws: Failure.self) { try await ssh.connect(target, policy: policy) }
        #expect(failure?.kind == .sshUnreachable)
        #expect(failure?.retryable == true)
        #expect(failure?.details["reason"] == reason, "\(failure?.message ?? "")")
        hints.insert(failure?.hint ?? "")
      }
      #expect(hints.count == places.count)
      withExtendedLifetime((nobody, mute, rude)) {}
    }
  }

  @Test(arguments: ServerSoftware.allCases) func aServerThatDoesNotAnswerIsSilent(
    software: ServerSoftware
  ) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      server.process.signal(SIGSTOP)
      defer { server.process.signal(SIGCONT) }
      let policy = ConnectPolicy(attempts: 1, attemptTimeout: .seconds(5))
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(server.target(), policy: policy) }
      #expect(failure?.details["reason"] == "silent")
    }
  }

  @Test(arguments: ServerSoftware.allCases) func aKeyAndAUserThatItDoesNotKnow(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      var target = server.target()
      target.identityFile = try await server.strangerKey()
      let key = await #expect(throws: Failure.self) { try await ssh.connect(target) }
      #expect(key?.kind == .sshAuthentication)
      #expect(key?.hint?.contains("authorized_keys") == true)
      target = server.target()
      target.username = try #require(LoginName(rawValue: "no-such-user"))
      let user = await #expect(throws: Failure.self) { try await ssh.connect(target) }
      #expect(user?.kind == .sshAuthentication)
      #expect(user?.hint?.contains("SSH_USERNAME") == true)
    }
  }

  @Test(arguments: ServerSoftware.allCases) func aProtectedKeyWithoutAnAgent(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      try await shell("ssh-keygen -q -p -P '' -N words -f \(server.keyPath)")
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(server.target()) }
      #expect(failure?.kind == .sshAuthentication)
      #expect(failure?.hint?.contains("ssh-add") == true)
    }
  }

  @Test(arguments: ServerSoftware.allCases) func anotherHostKeyIsShownWithBothFingerprints(
    software: ServerSoftware
  ) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      let pinned = try await ssh.connect(server.target()).hostKeyFingerprint
      await ssh.close()
      let changed = try await server.replaced()
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(changed.target()) }
      #expect(failure?.kind == .hostKeyChanged)
      #expect(failure?.details["pinnedFingerprint"] == pinned)
      let offered = try #require(failure?.details["offeredFingerprint"])
      #expect(failure?.hint?.contains(offered) == true)
      #expect(try await ssh.connect(changed.target(), acceptedHostKey: offered).hostKeyFingerprint == offered)
      await ssh.close()
      await changed.process.terminate()
    }
  }

  @Test(arguments: ServerSoftware.allCases, ["connectionLost", "clientKilled"]) func aCommandThatIsCutOff(
    software: ServerSoftware,
    reason: String
  ) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      let failure = await #expect(throws: Failure.self) {
        _ = try await ssh.exec(server.target(), ExecRequest(command: "echo begun; sleep 1000")) { _ in
          if reason == "connectionLost" { return server.cutConnections() }
          for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
        }
      }
      #expect(failure?.kind == .networkFailure)
      #expect(failure?.details["reason"] == reason)
      #expect(failure?.retryable == false)
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo again")).stdoutText == "again\n")
    }
  }

  @Test(arguments: [ServerSoftware.dropbear, .tinySSH]) func aFullDiskAtTheFarEnd(software: ServerSoftware) async throws
  {
    try await TestServer.with(software) { (server, ssh) async throws in
      try await shell("head -c 30000000 /dev/urandom >\(server.directory)/big")
      let request = CopyRequest(
        direction: .upload,
        source: "\(server.directory)/big",
        destination: "\(ServerSoftware.smallDisk)/"
      )
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.kind == .environmentIncomplete)
      #expect(failure?.hint?.contains("Free some space") == true)
      let left = try await ssh.exec(server.target(), ExecRequest(command: "ls -A \(ServerSoftware.smallDisk)"))
      #expect(left.stdoutText == "")
    }
  }

  /// It takes no commands: without a terminal it says so, and with one it lets a shell read what is typed.
  @Test(arguments: [nil, TerminalWindow()]) func runPodsProxyIsToldApart(window: TerminalWindow?) async throws {
    let words = "Error: Your SSH client doesn't support PTY"
    let proxy = "ForceCommand if [ -t 0 ]; then exec bash -i; else echo \"\(words)\"; exit 1; fi"
    try await TestServer.with(options: [proxy]) { (server, ssh) async throws in
      let printed = Locked<[UInt8]>([])
      let request = ExecRequest(command: "true", environment: ["TOKEN": "secret"], window: window)
      let failure = await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), request) { output in printed.withLock { $0 += output.bytes } }
      }
      #expect(failure?.kind == .sshUnreachable)
      #expect(failure?.retryable == false)
      #expect(failure?.message.contains(words) == (window == nil))
      #expect(failure?.message.contains("secret") == false)
      #expect(failure?.hint?.contains("public IP") == true)
      #expect(printed.withLock { $0.isEmpty })
    }
  }
}

/// A listener on loopback that is no SSH server.
private final class Listener: Sendable {
  let port: Int
  private let socket: Int32

  /// - Parameter greet: What it does to each connection.
  init(_ greet: @escaping @Sendable (Int32) -> Void) throws {
    let free = try UnusedPort()
    port = free.number
    socket = free.take()
    try #require(listen(socket, 16) == 0)
    WorkerThread.start(name: "listener") { [socket] in
      while case let connection = accept(socket, nil, nil), connection >= 0 { greet(connection) }
    }
  }

  deinit { shutdown(socket, Int32(SHUT_RDWR)) }
}
