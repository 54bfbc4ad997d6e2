import Concurrency
import Glibc
import Reporting
import SSH
import Testing

/// Input that is sent while the command runs.
@Suite(.timeLimit(.minutes(2))) struct InputTests {
  @Test func arrivesPieceByPieceAndEnds() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput()
      let answers = Locked("")
      let request = ExecRequest(
        command: #"while read -r x; do echo "<$x>"; done; echo over"#,
        stdin: Array("a\n".utf8),
        input: input
      )
      let result = try await ssh.exec(server.target(), request) { output in
        let text = answers.withLock { answers in
          answers += String(decoding: output.bytes, as: UTF8.self)
          return answers
        }
        // Each piece is sent only when the one before has been answered.
        if text == "<a>\n" { _ = try? input.send(Array("b\n".utf8)) }
        if text.hasSuffix("<b>\n") { _ = try? input.send(Array("c\n".utf8), isLast: true) }
      }
      #expect(result.stdoutText == "<a>\n<b>\n<c>\nover\n")
    }
  }

  @Test func bytesOfAnyKindAndNumberArriveAndAreAccountedFor() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput(limit: 1_000_000)
      let sum = Task {
        try await ssh.exec(server.target(), ExecRequest(command: "sha256sum; exec cat", input: input)).stdoutText
      }
      let local = Locked<[UInt8]>([])
      for round in 0..<8 {
        let piece = (0..<777_777).map { UInt8(truncatingIfNeeded: ($0 &* 7919 &+ round) >> 3) }
        local.withLock { $0 += piece }
        #expect(try await input.send(piece, isLast: round == 7).wait())
      }
      #expect(try await sum.value == sha256(local.withLock { $0 }) + "  -\n")
    }
  }

  @Test func nothingFollowsTheLastPiece() throws {
    let input = CommandInput()
    _ = try input.send([65], isLast: true)
    let failure = #expect(throws: Failure.self) { try input.send([66]) }
    #expect(failure?.kind == .conflict)
  }

  @Test func whatTheCommandDoesNotTakeIsTold() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput(limit: 10_000_000)
      let request = ExecRequest(command: "exec sleep 0.2", input: input)
      async let result = ssh.exec(server.target(), request)
      let delivered = try (0..<5).map { _ in try input.send([UInt8](repeating: 65, count: 2_000_000)) }
      let failure = #expect(throws: Failure.self) { try input.send([65]) }
      #expect(failure?.kind == .busy)
      #expect(try await result.exitCode == 0)
      #expect(try await delivered[4].wait() == false)
      #expect(try await input.send([65]).wait() == false)
    }
  }

  @Test func cancelEndsACommandThatDoesNotReadIt() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput()
      _ = try input.send([UInt8](repeating: 65, count: 4_000_000))
      let request = ExecRequest(command: "sleep 1000 & echo $! $$; wait", input: input)
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  @Test func aLostConnectionEndsTheCommandToo() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "sleep 1000 & echo $! $$; wait", input: CommandInput())
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
      let failure = await #expect(throws: Failure.self) { try await task.value }
      #expect(failure?.kind == .networkFailure)
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }

  @Test func whatAFinishedCommandLeavesInTheBackgroundGoesOn() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let input = CommandInput()
      _ = try input.send([], isLast: true)
      let command = "nohup sleep 1000 >/dev/null 2>&1 & echo $!"
      let result = try await ssh.exec(server.target(), ExecRequest(command: command, input: input))
      let pid = try #require(Int32(result.stdoutText.dropLast()))
      await ssh.close()
      // The new connection's command ends after anything that the old one's end could have caused at once.
      _ = try await ssh.exec(server.target(), ExecRequest(command: "true"))
      #expect(kill(pid, 0) == 0)
      kill(pid, SIGKILL)
    }
  }
}

/// Notes the numbers that a command prints.
func note(_ output: ExecOutput, in pids: Locked<[Int32]>) {
  let words = String(decoding: output.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
  pids.withLock { $0 += words.compactMap { Int32($0) } }
}
