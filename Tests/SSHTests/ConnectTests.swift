import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing
import Values

@Suite(.timeLimit(.minutes(2))) struct ConnectTests {
  @Test func tellsWhomItReached() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let info = try await ssh.connect(server.target())
      #expect(info.hostKeyFingerprint.hasPrefix("SHA256:"))
      #expect(info.serverVersion?.hasPrefix("OpenSSH") == true)
      #expect(info.attempts == 1)
      #expect(try await ssh.connect(server.target()).attempts == 0)
    }
  }

  @Test func manyAtOnceShareOneConnection() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<6 { group.addTask { _ = try await ssh.connect(server.target()) } }
        try await group.waitForAll()
      }
      #expect(await ssh.masterProcessIDs.count == 1)
    }
  }

  @Test func aRefusedKeyIsFinalAtOnce() async throws {
    try await TestServer.with { (server, ssh) async throws in
      var target = server.target()
      target.identityFile = try await server.strangerKey()
      let reports = Locked<[String]>([])
      let failure = await #expect(throws: Failure.self) {
        try await ssh.connect(target, progress: Progress { update in reports.withLock { $0.append(update.message) } })
      }
      #expect(failure?.kind == .sshAuthentication)
      #expect(reports.withLock { $0.count } == 1)
    }
  }

  @Test func aProtectedKeyIsNamedAsSuch() async throws {
    try await TestServer.with { (server, ssh) async throws in
      var target = server.target()
      target.identityFile = try await server.strangerKey(passphrase: "words")
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(target) }
      #expect(failure?.kind == .sshAuthentication)
      #expect(failure?.message.contains("passphrase") == true)
    }
  }

  @Test func aMissingOrUselessKeyFileIsNamed() async throws {
    try await TestServer.with { (server, ssh) async throws in
      var target = server.target()
      target.identityFile = "/no/such/key"
      let missing = await #expect(throws: Failure.self) { try await ssh.connect(target) }
      #expect(missing?.kind == .environmentIncomplete)
      #expect(missing?.details["path"] == "/no/such/key")

      let useless = "\(server.directory)/useless"
      try Data("not a key\n".utf8).write(to: URL(filePath: useless))
      chmod(useless, 0o600)
      target.identityFile = useless
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(target) }
      #expect(failure?.kind == .environmentIncomplete)
      #expect(failure?.message == "The SSH key \(useless) holds no key.")
    }
  }

  @Test func aChangedHostKeyStopsEverythingUntilForgotten() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let first = try await ssh.connect(server.target())
      await ssh.close()
      let changed = try await server.replaced()
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(changed.target()) }
      #expect(failure?.kind == .hostKeyChanged)
      #expect(failure?.details["pinnedFingerprint"] == first.hostKeyFingerprint)
      let offered = try #require(failure?.details["offeredFingerprint"])
      #expect(offered.hasPrefix("SHA256:") && offered != first.hostKeyFingerprint)

      await ssh.forget(podId: "pod")
      #expect(try await ssh.connect(changed.target()).hostKeyFingerprint == offered)
      await ssh.close()
      await changed.process.terminate()
    }
  }

  @Test func aChangedHostKeyIsAcceptedByItsFingerprintOnly() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let first = try await ssh.connect(server.target())
      await ssh.close()
      let changed = try await server.replaced()
      let refused = await #expect(throws: Failure.self) {
        try await ssh.connect(changed.target(), acceptedHostKey: first.hostKeyFingerprint)
      }
      #expect(refused?.kind == .hostKeyChanged)
      let offered = try #require(refused?.details["offeredFingerprint"])
      let info = try await ssh.connect(changed.target(), acceptedHostKey: offered)
      #expect(info.hostKeyFingerprint == offered)
      await ssh.close()
      #expect(try await ssh.connect(changed.target()).hostKeyFingerprint == offered)
      await ssh.close()
      await changed.process.terminate()
    }
  }

  @Test func ofSeveralHostKeysTheOneThatTheClientPrefersIsPinned() async throws {
    try await TestServer.with { (server, ssh) async throws in
      #expect(try await ssh.connect(server.target()).hostKeyFingerprint == fingerprint("ed25519", server))
    }
  }

  /// Earlier versions pinned ECDSA keys where there was one.
  @Test func aPinOfAKindThatIsNotPreferredStaysAndIsStrict() async throws {
    try await TestServer.with(options: ["HostKeyAlgorithms ecdsa-sha2-nistp256"]) { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      await ssh.close()
      let both = try await server.restarted()
      #expect(try await ssh.connect(both.target()).hostKeyFingerprint == fingerprint("ecdsa", server))
      await ssh.close()
      // The other key is the same; the pinned one is not.
      try await shell("cd \(server.directory) && rm host_key_ecdsa* && ssh-keygen -q -t ecdsa -N '' -f host_key_ecdsa")
      let changed = try await both.restarted()
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(changed.target()) }
      #expect(failure?.kind == .hostKeyChanged)
      await ssh.close()
      await changed.process.terminate()
    }
  }

  private func fingerprint(_ kind: String, _ server: TestServer) async throws -> String? {
    let key = "\(server.directory)/host_key_\(kind).pub"
    let shown = try await ChildProcess.run(ChildCommand("ssh-keygen", ["-lf", key]))
    return shown.outputText.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init)
  }

  @Test func aPinOfAnotherKindStays() async throws {
    try await TestServer.with(options: ["HostKeyAlgorithms ssh-ed25519"]) { (server, ssh) async throws in
      let first = try await ssh.connect(server.target())
      await ssh.close()
      let restarted = try await server.restarted()
      #expect(try await ssh.connect(restarted.target()).hostKeyFingerprint == first.hostKeyFingerprint)
      await ssh.close()
      await restarted.process.terminate()
    }
  }

  @Test func theKeyThatWasOfferedBesideAPinOfAnotherKindCanBeAccepted() async throws {
    try await TestServer.with(options: ["HostKeyAlgorithms ssh-ed25519"]) { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      await ssh.close()
      let changed = try await server.replaced()
      let refused = await #expect(throws: Failure.self) { try await ssh.connect(changed.target()) }
      let offered = try #require(refused?.details["offeredFingerprint"])
      #expect(try await ssh.connect(changed.target(), acceptedHostKey: offered).hostKeyFingerprint == offered)
      await ssh.close()
      await changed.process.terminate()
    }
  }

  @Test func aPodThatHasMovedIsFoundByAskingOnce() async throws {
    try await TestServer.with { (server, _) async throws in
      let nobody = try UnusedPort()
      let asked = Locked(0)
      let ssh = SSHConnections(settings: server.settings) { _ in
        asked.withLock { $0 += 1 }
        return server.target()
      }
      var target = server.target()
      target.port = try #require(PortNumber(rawValue: nobody.number))
      #expect(try await ssh.exec(target, ExecRequest(command: "echo found")).stdoutText == "found\n")
      #expect(try await ssh.connect(target).port == server.port)
      #expect(asked.withLock { $0 } == 2)
      await ssh.close()
      withExtendedLifetime(nobody) {}
    }
  }

  @Test func aStrangerAtTheOldAddressIsNobody() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      await ssh.close()
      let stranger = try await server.replaced()
      try await TestServer.with { (moved, _) async throws in
        var target = moved.target()
        target.identityFile = moved.keyPath
        let ssh = SSHConnections(settings: server.settings) { [target] _ in target }
        #expect(try await ssh.connect(stranger.target()).port == moved.port)
        await ssh.close()
      }
      await stranger.process.terminate()
    }
  }

  @Test func anotherPodAtTheSameAddressHasItsOwnPin() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      await ssh.close()
      let changed = try await server.replaced()
      _ = try await ssh.connect(changed.target(podId: "another"))
      await ssh.close()
      await changed.process.terminate()
    }
  }

  @Test func nobodyThereIsToldAfterAllTriesWithGrowingPauses() async throws {
    let pauses = Locked<[Duration]>([])
    let time = TimeSource(now: { Date() }, sleep: { pause in pauses.withLock { $0.append(pause) } })
    let directory = "/tmp/ssh-test-nobody-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let settings = SSHSettings(stateDirectory: directory, runtimeDirectory: "\(directory)/run")
    let ssh = SSHConnections(settings: settings, time: time)
    let port = try UnusedPort()
    let target = SSHTarget(podId: "pod", host: "127.0.0.1", port: port.number)
    let failure = await #expect(throws: Failure.self) { try await ssh.connect(target) }
    #expect(failure?.kind == .sshUnreachable)
    #expect(failure?.retryable == true)
    #expect(failure?.message.contains("Connection refused") == true)
    let waited = pauses.withLock { $0 }
    try #require(waited.count == 4)
    #expect(waited[0] <= .seconds(10) && waited[0] > .seconds(5))
    #expect(waited[3] > waited[0] && waited[3] <= .seconds(80))
    await ssh.close()
    withExtendedLifetime(port) {}
  }

  @Test func aSilentServerCostsOneTriesTimeAndNoMore() async throws {
    try await TestServer.with { (server, ssh) async throws in
      kill(server.process.processID, SIGSTOP)
      defer { kill(server.process.processID, SIGCONT) }
      let policy = ConnectPolicy(attempts: 1, attemptTimeout: .seconds(1), backoff: ConnectPolicy.brief.backoff)
      let failure = await #expect(throws: Failure.self) { try await ssh.connect(server.target(), policy: policy) }
      #expect(failure?.kind == .sshUnreachable)
    }
  }

  @Test func aCancelledConnectEndsItsClient() async throws {
    try await TestServer.with { (server, ssh) async throws in
      kill(server.process.processID, SIGSTOP)
      defer { kill(server.process.processID, SIGCONT) }
      let tried = Locked(false)
      let progress = Progress { _ in tried.withLock { $0 = true } }
      let task = Task { try await ssh.connect(server.target(), progress: progress) }
      while !tried.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test func theCommandForATerminalWorks() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      let command = try ssh.command(server.target())
      #expect(command.first == "ssh")
      let result = try await ChildProcess.run(ChildCommand("ssh", Array(command.dropFirst()) + ["echo hello"]))
      #expect(result.outputText == "hello\n")
    }
  }
}
