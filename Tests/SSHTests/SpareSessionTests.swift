import FoundationEssentials
import Glibc
import SSH
import Testing

/// The shell that waits on a pod for the next command.
@Suite(.timeLimit(.minutes(2))) struct SpareSessionTests {
  private static let shellOfThisCommand = ExecRequest(command: "cut -d' ' -f5 /proc/self/stat")

  @Test func theNextCommandFindsItsShellStarted() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      for _ in 0..<2 {
        let waiting = try await server.waitingShell()
        #expect(try await ssh.exec(server.target(), Self.shellOfThisCommand).stdoutText == "\(waiting)\n")
        try await expectGone(waiting)
      }
    }
  }

  /// It ends when it is asked for something, as after its login shell was taken away; the command has another one.
  @Test func aCommandIsNotLostWithTheShellThatWaited() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let configuration = URL(filePath: "\(server.directory)/home/.bashrc")
      try Data("read() { builtin read \"$@\"; exit 7; }\n".utf8).write(to: configuration)
      _ = try await ssh.connect(server.target())
      let waiting = try await server.waitingShell()
      try Data().write(to: configuration)
      let result = try await ssh.exec(server.target(), ExecRequest(command: "cat", stdin: Array("once\n".utf8)))
      #expect(result.stdoutText == "once\n")
      try await expectGone(waiting)
    }
  }

  @Test func itLeavesWithTheConnection() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      let waiting = try await server.waitingShell()
      await ssh.close()
      try await expectGone(waiting)
    }
  }

  @Test func aTerminalHasThePlaceThatItTook() async throws {
    try await TestServer.with(options: ["MaxSessions 1"]) { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      _ = try await server.waitingShell()
      let result = try await ssh.exec(server.target(), ExecRequest(command: "tty", window: TerminalWindow()))
      #expect(result.stdoutText.hasPrefix("/dev/pts/"))
    }
  }
}
