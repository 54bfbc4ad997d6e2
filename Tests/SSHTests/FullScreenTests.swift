import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// Terminals that stay open, as editors have them.
@Suite(.enabled(if: geteuid() == 0), .timeLimit(.minutes(2))) struct FullScreenTests {
  /// What a terminal has shown and how it ended.
  private final class Screen: Sendable {
    let text = Locked("")
    let ending = Eventual<Terminal.Ending>()

    func open(_ command: String?, _ server: TestServer, _ ssh: SSHConnections) async throws -> Terminal {
      let window = TerminalWindow(type: "xterm", size: .init(columns: 80, rows: 24))
      return try await Terminal.open(
        server.target(),
        Terminal.Request(command: command, folder: server.directory, environment: [:], window: window),
        through: ssh,
        output: { bytes in self.text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
        ended: { self.ending.resolve($0) }
      )
    }

    func wait(for words: String) async throws {
      while !text.withLock({ $0.contains(words) }) { try await Task.sleep(for: .milliseconds(5)) }
    }
  }

  @Test func anEditorIsUsedLikeAnyoneWould() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let screen = Screen()
      let terminal = try await screen.open("exec vim.tiny -u NONE page", server, ssh)
      // Its mark for lines that are not there, on the last but one of 24.
      try await screen.wait(for: "\u{1b}[23;1H~")
      _ = try terminal.type(Array("ihell\u{f6}\u{1b}".utf8))
      terminal.resize(.init(columns: 61, rows: 19))
      try await screen.wait(for: "\u{1b}[18;1H~")
      _ = try terminal.type(Array(":r!stty size </dev/tty\r:wq\r".utf8))
      #expect(try await screen.ending.wait().get().exitCode == 0)
      let page = try String(contentsOf: URL(filePath: "\(server.directory)/page"), encoding: .utf8)
      #expect(page == "hell\u{f6}\n19 61\n")
    }
  }

  @Test func aLoginShellHasJobsThatKeysStopAndInterrupt() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let job = "trap 'echo went on' CONT; echo begun; while :; do sleep 0.05; done\n"
      try Data(job.utf8).write(to: URL(filePath: "\(server.directory)/job"))
      let screen = Screen()
      let terminal = try await screen.open(nil, server, ssh)
      _ = try terminal.type(Array("cd \(server.directory); sh job\r".utf8))
      try await screen.wait(for: "begun\r\n")
      _ = try terminal.type([26])
      try await screen.wait(for: "Stopped")
      _ = try terminal.type(Array("fg\r".utf8))
      try await screen.wait(for: "went on\r\n")
      _ = try terminal.type([3])
      _ = try terminal.type(Array("exit 7\r".utf8))
      #expect(try await screen.ending.wait().get().exitCode == 7)
    }
  }

  @Test func closingHangsUp() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let screen = Screen()
      let terminal = try await screen.open("echo $$; sleep 1000", server, ssh)
      try await screen.wait(for: "\r\n")
      let pid = try #require(Int32(screen.text.withLock { $0 }.prefix { $0.isNumber }))
      await terminal.close()
      await #expect(throws: CancellationError.self) { try await screen.ending.wait().get() }
      try await expectGone(pid)
    }
  }

  @Test func whatCannotBeOpenedFailsAndIsNotHeardOfAgain() async throws {
    try await TestServer.with(options: ["PermitTTY no"]) { (server, ssh) async throws in
      let screen = Screen()
      let failure = await #expect(throws: Failure.self) { try await screen.open(nil, server, ssh) }
      #expect(failure?.kind == .sshUnreachable)
      #expect(screen.ending.value == nil)
    }
  }
}
