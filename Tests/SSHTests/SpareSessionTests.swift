import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Testing

/// The shell that waits on a pod for the next command.
@Suite(.timeLimit(.minutes(2))) struct SpareSessionTests {
  /// The leader of the session that this command runs in.
  private static let shellOfThisCommand = ExecRequest(command: "cut -d' ' -f6 /proc/self/stat")

  /// The shell of a command that has stayed for the next. A machine on which hundreds of processes begin meanwhile keeps
  /// none, and is asked again.
  private func keptShell(_ server: TestServer, _ ssh: SSHConnections) async throws -> String {
    while true {
      let shell = try await ssh.exec(server.target(), Self.shellOfThisCommand).stdoutText
      if try await ssh.exec(server.target(), Self.shellOfThisCommand).stdoutText == shell { return shell }
    }
  }

  @Test func theNextCommandsFindTheirShellStarted() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      let waiting = try await server.waitingShell()
      #expect(try await ssh.exec(server.target(), Self.shellOfThisCommand).stdoutText == "\(waiting)\n")
      _ = try await keptShell(server, ssh)
    }
  }

  @Test(arguments: [3, 100_000]) func aCommandWithInputHasAnotherShell(bytes: Int) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let before = try await keptShell(server, ssh)
      let stdin = [UInt8](repeating: 65, count: bytes)
      let request = ExecRequest(command: "\(Self.shellOfThisCommand.command); cat", stdin: stdin)
      let result = try await ssh.exec(server.target(), request)
      #expect(result.stdoutText.hasSuffix("\n" + String(decoding: stdin, as: UTF8.self)))
      #expect(!result.stdoutText.hasPrefix(before))
    }
  }

  @Test func aCommandSeesNothingOfTheOneBefore() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let look = ExecRequest(command: "echo $left $GIVEN $(pwd) $(umask) $(ulimit -n) $-; trap; jobs; exec 9>&3")
      let first = try await ssh.exec(server.target(), look)
      let meddling = "left=1; cd /; umask 0; ulimit -n 50; set -f; trap 'echo trapped' EXIT; sleep 0.1 & false"
      let request = ExecRequest(command: meddling, folder: "/usr", environment: ["GIVEN": "yes"])
      #expect(try await ssh.exec(server.target(), request).stdoutText == "trapped\n")
      let second = try await ssh.exec(server.target(), look)
      #expect(second.stdoutText == first.stdoutText)
      // Neither has our descriptors.
      #expect([first.exitCode, second.exitCode] == [1, 1])
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "exit $?")).exitCode == 0)
    }
  }

  /// The shell that says so is as good as another: it is not asked again.
  @Test func aFolderThatCannotBeEnteredIsTriedOnce() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try Data("cd() { echo tried >>~/tries; builtin cd \"$@\"; }\n".utf8)
        .write(to: URL(filePath: "\(server.directory)/home/.bashrc"))
      _ = try await keptShell(server, ssh)
      let failure = await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), ExecRequest(command: "pwd", folder: "/no/such/folder"))
      }
      #expect(failure?.message.contains("No such file or directory") == true)
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "cat ~/tries")).stdoutText == "tried\n")
    }
  }

  /// As it would with a shell of its own.
  @Test func aCommandSeesWhatTheOneBeforeHasGivenTheLoginShell() async throws {
    try await TestServer.with { (server, ssh) async throws in
      for number in 0..<3 {
        _ = try await ssh.exec(server.target(), ExecRequest(command: "echo 'given=\(number)' >~/.bashrc"))
        #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo $given")).stdoutText == "\(number)\n")
      }
    }
  }

  /// What the first command leaves speaks later, within the time for which that is waited for.
  @Test(arguments: [
    "(sleep 0.5; echo late) & echo begun",
    "setsid sh -c 'sleep 0.5; echo late' 2>/dev/null & echo begun",
    "setsid sh -c '(sleep 0.5; echo late >&2) 2>&1 >/dev/null &' & echo begun",
  ])
  func whatIsLeftBehindIsNotHeardInTheNextCommand(leaving: String) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let left = try await ssh.exec(server.target(), ExecRequest(command: leaving))
      #expect(left.stdoutText == "begun\nlate\n")
      let next = try await ssh.exec(server.target(), ExecRequest(command: "sleep 1; echo mine; echo mine >&2"))
      #expect(next.stdoutText == "mine\n")
      #expect(next.stderrText == "mine\n")
    }
  }

  @Test func outputThatLooksLikeOursIsTheCommandsOwn() async throws {
    let texts = [
      "\u{1}", "\u{1}runpod-rpc ", "\u{1}runpod-rpc 5\u{2}", "\u{1}runpod-rpc x 0\u{2}rest", "\u{1}\u{1}runpod-rpc x",
    ]
    try await TestServer.with { (server, ssh) async throws in
      for text in texts {
        let request = ExecRequest(command: "printf %s \"$text\"; printf %s \"$text\" >&2", environment: ["text": text])
        let result = try await ssh.exec(server.target(), request)
        #expect(result.stdoutText == text)
        #expect(result.stderrText == text)
      }
      let bytes = "head -c 300000 /dev/zero | tr '\\0' '\\1'"
      #expect(
        try await ssh.exec(server.target(), ExecRequest(command: bytes, captureLimit: 400_000)).stdout.count == 300_000
      )
    }
  }

  @Test func cancellingACommandSparesWhatTheOneBeforeLeft() async throws {
    try await TestServer.with { (server, ssh) async throws in
      var isTried = false
      while !isTried {
        let leaving = "sleep 1000 >/dev/null 2>&1 & echo $!; \(Self.shellOfThisCommand.command)"
        let first = try await ssh.exec(server.target(), ExecRequest(command: leaving)).stdoutText
        let (left, shell) = try pair(first)
        let told = Eventual<String>()
        let task = Task {
          let command = "echo $BASHPID; \(Self.shellOfThisCommand.command); sleep 1000"
          let said = Locked("")
          _ = try await ssh.exec(server.target(), ExecRequest(command: command)) { output in
            let text = said.withLock { said in
              said += String(decoding: output.bytes, as: UTF8.self)
              return said
            }
            if text.count(where: \.isNewline) == 2 { told.resolve(text) }
          }
        }
        let (command, itsShell) = try pair(try await told.wait())
        isTried = itsShell == shell
        task.cancel()
        _ = try? await task.value
        try await expectGone(command)
        #expect(kill(left, 0) == 0)
        kill(left, SIGKILL)
      }
    }
  }

  private func pair(_ text: String) throws -> (Int32, Int32) {
    let numbers = text.split(separator: "\n").compactMap { Int32($0) }
    try #require(numbers.count == 2)
    return (numbers[0], numbers[1])
  }

  /// It ends when it is asked for something, since it was started otherwise than it would be now.
  @Test func aCommandIsNotLostWithTheShellThatWaited() async throws {
    try await TestServer.with { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      let waiting = try await server.waitingShell()
      try Data("given=1\n".utf8).write(to: URL(filePath: "\(server.directory)/home/.bashrc"))
      let request = ExecRequest(command: "echo $given; cat", stdin: Array("once\n".utf8))
      #expect(try await ssh.exec(server.target(), request).stdoutText == "1\nonce\n")
      try await expectGone(waiting)
    }
  }

  @Test func aKilledShellIsReplaced() async throws {
    try await TestServer.with { (server, ssh) async throws in
      for _ in 0..<5 {
        let shell = try await ssh.exec(server.target(), Self.shellOfThisCommand)
        kill(try #require(Int32(shell.stdoutText.dropLast())), SIGKILL)
        #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo on")).stdoutText == "on\n")
      }
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

  @Test func whoCannotUseItHasThePlaceThatItTook() async throws {
    try await TestServer.with(options: ["MaxSessions 1"]) { (server, ssh) async throws in
      _ = try await ssh.connect(server.target())
      _ = try await server.waitingShell()
      let result = try await ssh.exec(server.target(), ExecRequest(command: "tty", window: TerminalWindow()))
      #expect(result.stdoutText.hasPrefix("/dev/pts/"))
      _ = try await ssh.exec(server.target(), ExecRequest(command: "true"))
      let request = ExecRequest(command: "cat", stdin: Array("in".utf8))
      #expect(try await ssh.exec(server.target(), request).stdoutText == "in")
    }
  }
}
