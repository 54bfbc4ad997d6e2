import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// What ends along with what.
@Suite(.timeLimit(.minutes(2))) struct EndingTests {
  private static let tree = "sleep 1000 & echo $! $$; wait"

  @Test func timeoutEndsTheRemoteProcessGroup() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      // On a busy machine the command may not have come so far in the shorter times.
      for seconds in [1, 5, 50] where pids.withLock({ $0.count }) < 2 {
        pids.withLock { $0 = [] }
        let failure = await #expect(throws: Failure.self) {
          let request = ExecRequest(command: Self.tree, timeout: .seconds(seconds))
          _ = try await ssh.exec(server.target(), request) { note($0, in: pids) }
        }
        #expect(failure?.kind == .timeout)
      }
      try #require(pids.withLock { $0.count } == 2)
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  /// With more input than a pipe holds a second session watches over the command, if the server allows one.
  @Test(arguments: [(0, 10), (1000, 10), (500_000, 10), (500_000, 1)])
  func cancelEndsTheRemoteProcessGroup(unreadInput: Int, mostSessions: Int) async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with(options: ["MaxSessions \(mostSessions)"]) { (server, ssh) async throws in
      let request = ExecRequest(command: Self.tree, stdin: [UInt8](repeating: 65, count: unreadInput))
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo on")).stdoutText == "on\n")
    }
  }

  @Test func cancelEndsOneProgramAndItsChildren() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let script = "\(server.directory)/tree"
      try Data(Self.tree.utf8).write(to: URL(filePath: script))
      let task = Task {
        try await ssh.exec(server.target(), ExecRequest(command: "sh \(script)")) { note($0, in: pids) }
      }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  @Test func cancelEndsWhatIgnoresTheFirstSignal() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "trap '' TERM; sleep 1000 & echo $! $$; wait")
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  /// bash's `read` ends after TMOUT seconds, which is not the end of what it reads.
  @Test(arguments: [0, 1000, 500_000]) func aShellThatDoesNotWaitLongEndsNoCommand(unreadInput: Int) async throws {
    try await TestServer.with { (server, ssh) async throws in
      try Data("TMOUT=1\n".utf8).write(to: URL(filePath: "\(server.directory)/home/.bashrc"))
      let stdin = [UInt8](repeating: 65, count: unreadInput)
      let result = try await ssh.exec(server.target(), ExecRequest(command: "sleep 3; echo over", stdin: stdin))
      #expect(result.stdoutText == "over\n")
    }
  }

  @Test func aKilledMasterIsReplaced() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo again")).stdoutText == "again\n")
    }
  }

  @Test func aMasterKilledUnderACommandIsTold() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let failure = await #expect(throws: Failure.self) {
        _ = try await ssh.exec(server.target(), ExecRequest(command: "echo begun; sleep 1000")) { _ in
          for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
        }
      }
      #expect(failure?.kind == .networkFailure)
      #expect(failure?.retryable == false)
    }
  }

  @Test func anIdleConnectionIsClosedAndOneInUseIsNot() async throws {
    try await TestServer.with { (server, ssh) async throws in
      var settings = server.settings
      settings.idleLimit = .milliseconds(100)
      let brief = SSHConnections(settings: settings)
      let used = try await brief.exec(server.target(), ExecRequest(command: "sleep 1; echo over"))
      #expect(used.stdoutText == "over\n")
      while await !brief.masterProcessIDs.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await brief.exec(server.target(), ExecRequest(command: "echo again")).stdoutText == "again\n")
      await brief.close()
    }
  }

  @Test func closeLeavesNoClientAndNoFile() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      let pids = await ssh.masterProcessIDs
      try #require(pids.count == 1)
      await ssh.close()
      for pid in pids { #expect(kill(pid, 0) != 0) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(server.directory)/run") == ["lock"])
    }
  }

  @Test func afterAKilledProcessNothingOfItIsLeftHereNorThere() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let arguments = ["ssh:", "\(server.port)", server.username, server.keyPath, server.directory, Self.tree]
      let parent = try await ChildProcess.start(ChildCommand(helperPath("parent-to-kill"), arguments), input: .null)
      var text = ""
      while text.split(whereSeparator: \.isWhitespace).count < 3 {
        let bytes = try #require(try await parent.standardOutput.read())
        text += String(decoding: bytes, as: UTF8.self)
      }
      let pids = text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
      for pid in pids { #expect(kill(pid, 0) == 0) }
      kill(parent.processID, SIGKILL)
      for pid in pids { try await expectGone(pid) }
      _ = try await parent.waitForExit()

      // The directory that the dead process left is in nobody's way, and swept.
      let run = SSHSettings(stateDirectory: server.directory, runtimeDirectory: "\(server.directory)/run")
      let next = SSHConnections(settings: run)
      _ = try await next.connect(server.target())
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.runtimeDirectory).count == 2)
      await next.close()
    }
  }
}

/// A test helper that was built beside this test.
func helperPath(_ name: String) -> String {
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
}
