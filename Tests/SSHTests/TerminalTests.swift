import Concurrency
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// Commands with a terminal, which an OpenSSH server gives only when it runs as root.
@Suite(.enabled(if: geteuid() == 0), .timeLimit(.minutes(2))) struct TerminalTests {
  @Test func aCommandSeesATerminalOfTheSizeAndKindAskedFor() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let window = TerminalWindow(type: "vt100", size: .init(columns: 132, rows: 40))
      let command = "test -t 0 && test -t 1 && test -t 2 && stty size && echo $TERM && stty -a | grep -ow icanon"
      let result = try await ssh.exec(server.target(), ExecRequest(command: command, window: window))
      #expect(result.stdoutText == "40 132\r\nvt100\r\nicanon\r\n")
      #expect(result.exitCode == 0)
    }
  }

  @Test func stdinIsTypedAndEnds() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(
        command: "stty -echo; cat; echo over",
        stdin: Array("a\nb".utf8),
        environment: ["X": "y"],
        window: TerminalWindow()
      )
      let text = try await ssh.exec(server.target(), request).stdoutText
      #expect(text.hasSuffix("a\r\nbover\r\n") || text.hasSuffix("a\r\nbbover\r\n"), "\(text.debugDescription)")
    }
  }

  @Test func aKeyInterruptsAndTheSignalIsTold() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput()
      let request = ExecRequest(command: "echo ready; exec sleep 1000", input: input, window: TerminalWindow())
      let result = try await ssh.exec(server.target(), request) { output in
        if String(decoding: output.bytes, as: UTF8.self).contains("ready") { _ = try? input.send([3]) }
      }
      #expect(result.exitCode == 130)
      #expect(result.signal == "INT")
    }
  }

  @Test func aProgramHearsOfANewSize() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let window = TerminalWindow()
      let command = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done"
      let result = try await ssh.exec(server.target(), ExecRequest(command: command, window: window)) { output in
        if String(decoding: output.bytes, as: UTF8.self).contains("ready") {
          window.resize(.init(columns: 100, rows: 50))
        }
      }
      #expect(result.stdoutText.contains("50 100\r\n"))
    }
  }

  @Test(arguments: ["", "trap '' HUP TERM; "]) func cancelEndsAllOfIt(deafness: String) async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(
        command: deafness + "sleep 1000 & echo $! $$; wait",
        input: CommandInput(),
        window: TerminalWindow()
      )
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  @Test func aLostConnectionHangsUp() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(
        command: "sleep 1000 & echo $! $$; wait",
        input: CommandInput(),
        window: TerminalWindow()
      )
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
      await #expect(throws: Failure.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  @Test func aServerWithoutTerminalsSaysSo() async throws {
    try await TestServer.with(options: ["PermitTTY no"]) { (server, ssh) async throws in
      let failure = await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), ExecRequest(command: "true", window: TerminalWindow()))
      }
      #expect(failure?.kind == .sshUnreachable)
    }
  }
}
