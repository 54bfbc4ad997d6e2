import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExecTests {
  @Test func givesBothStreamsAndTheExitCode() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let result = try await ssh.exec(server.target(), ExecRequest(command: "echo out; echo err >&2; exit 7"))
      #expect(result.stdoutText == "out\n")
      #expect(result.stderrText == "err\n")
      #expect(result.exitCode == 7)
      #expect(result.signal == nil)
      #expect(!result.truncated)
    }
  }

  @Test(arguments: ["kill -TERM $$", "sh -c 'kill -TERM $$'", "exec sh -c 'kill -TERM $$'"])
  func namesTheSignal(command: String) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let result = try await ssh.exec(server.target(), ExecRequest(command: command))
      #expect(result.signal == "TERM")
      #expect(result.exitCode == 143)
      #expect(result.stderrText == "")
    }
  }

  @Test func exitCode255IsTheCommandsOwn() async throws {
    try await TestServer.with { (server, ssh) async throws in
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "exit 255")).exitCode == 255)
    }
  }

  @Test(arguments: [0, 1, 1000, 300_000]) func stdinArrivesByteForByte(count: Int) async throws {
    let stdin = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 7919) >> 3) }
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "cat", stdin: stdin, captureLimit: 1_000_000)
      #expect(try await ssh.exec(server.target(), request).stdout == stdin)
    }
  }

  @Test func aCommandNeedNotReadItsStdin() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "echo done", stdin: [UInt8](repeating: 65, count: 1_000_000))
      #expect(try await ssh.exec(server.target(), request).stdoutText == "done\n")
    }
  }

  @Test func aScriptOnStdinCanReadTheRestOfIt() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "bash -s", stdin: Array("read x\nhello\necho \"<$x>\"\n".utf8))
      #expect(try await ssh.exec(server.target(), request).stdoutText == "<hello>\n")
    }
  }

  @Test func variablesOfAnyContentArrive() async throws {
    let values = ["A": "x y", "B": "it's \"q\" $HOME `id` \\", "C": "line 1\n.\n:line 3\n", "D": "", "E": "grün"]
    try await TestServer.with { (server, ssh) async throws in
      for (name, value) in values {
        let request = ExecRequest(command: "printf %s \"$\(name)\"", environment: values)
        #expect(try await ssh.exec(server.target(), request).stdoutText == value)
      }
      await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), ExecRequest(command: "true", environment: ["A B": "x"]))
      }
    }
  }

  /// In these no shell waits for the next command.
  @Test(arguments: ["dash", "zsh"]) func otherLoginShellsThanBashRunCommandsToo(shell: String) async throws {
    let login = "ForceCommand exec \(shell) -c \"$SSH_ORIGINAL_COMMAND\""
    try await TestServer.with(options: [login]) { (server, ssh) async throws in
      for number in 0..<3 {
        let request = ExecRequest(
          command: "echo $GIVEN-$BASH_VERSION; pwd >&2; exit \(number)",
          folder: "/usr",
          environment: ["GIVEN": "it's"]
        )
        let result = try await ssh.exec(server.target(), request)
        #expect(result.stdoutText == "it's-\n")
        #expect(result.stderrText == "/usr\n")
        #expect(result.exitCode == number)
        let cat = ExecRequest(command: "cat", stdin: Array("in".utf8))
        #expect(try await ssh.exec(server.target(), cat).stdoutText == "in")
      }
      let request = ExecRequest(command: "sleep 1000", timeout: .seconds(1))
      let failure = await #expect(throws: Failure.self) { try await ssh.exec(server.target(), request) }
      #expect(failure?.kind == .timeout)
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo on")).stdoutText == "on\n")
    }
  }

  @Test func argumentsArePassedOnAsTheyAre() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: shellQuoted(["printf", "<%s>", "a b", "", "$HOME", "it's", "*", "-x\n"]))
      #expect(try await ssh.exec(server.target(), request).stdoutText == "<a b><><$HOME><it's><*><-x\n>")
    }
  }

  @Test func runsInTheFolderAskedFor() async throws {
    try await TestServer.with { (server, ssh) async throws in
      for (folder, path) in [("/usr", "/usr"), ("~", "\(server.directory)/home")] {
        let result = try await ssh.exec(server.target(), ExecRequest(command: "pwd", folder: folder))
        #expect(result.stdoutText == "\(path)\n")
      }
      let failure = await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), ExecRequest(command: "pwd", folder: "/no/such/folder"))
      }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test func theProcessIdThatACommandSeesIsItsOwn() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let command = "echo $$; exec sh -c 'echo $$'"
      let lines = try await ssh.exec(server.target(), ExecRequest(command: command)).stdoutText.split(separator: "\n")
      try #require(lines.count == 2)
      #expect(lines[0] == lines[1])
    }
  }

  @Test func aCommandThatWaitsForItsChildrenEnds() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let result = try await ssh.exec(server.target(), ExecRequest(command: "true & true & wait; echo done"))
      #expect(result.stdoutText == "done\n")
    }
  }

  @Test func whatIsLeftInTheBackgroundIsNeitherWaitedForNorEnded() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let command = "nohup sleep 1000 >/dev/null 2>&1 & echo $!"
      let result = try await ssh.exec(server.target(), ExecRequest(command: command))
      let pid = try #require(Int32(result.stdoutText.dropLast()))
      // The next command's end comes after anything that the first one's end could have caused.
      _ = try await ssh.exec(server.target(), ExecRequest(command: "true"))
      #expect(kill(pid, 0) == 0)
      kill(pid, SIGKILL)
    }
  }

  @Test func keepsTheEndOfLongOutputAndStreamsAllOfIt() async throws {
    let streamed = Locked(0)
    try await TestServer.with { (server, ssh) async throws in
      let request = ExecRequest(command: "seq 200000; echo end", captureLimit: 100)
      let result = try await ssh.exec(server.target(), request) { output in
        streamed.withLock { $0 += output.bytes.count }
      }
      #expect(result.stdout.count == 100)
      #expect(result.stdoutText.hasSuffix("200000\nend\n"))
      #expect(result.truncated)
      #expect(streamed.withLock { $0 } == 1_288_899)
    }
  }

  @Test func streamsOutputWhileTheCommandRuns() async throws {
    let seen = Locked("")
    try await TestServer.with { (server, ssh) async throws in
      let file = "\(server.directory)/go"
      // The command ends only when its first line has been seen here.
      let command = "echo ready; while [ ! -e \(file) ]; do sleep 0.01; done; echo over"
      let result = try await ssh.exec(server.target(), ExecRequest(command: command)) { output in
        let text = seen.withLock { seen in
          seen += String(decoding: output.bytes, as: UTF8.self)
          return seen
        }
        if text == "ready\n" { close(creat(file, 0o600)) }
      }
      #expect(result.stdoutText == "ready\nover\n")
    }
  }

  @Test func twelveAndMoreAtOnceAllRun() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for number in 0..<24 {
          group.addTask {
            let request = ExecRequest(command: "sleep 0.2; echo \(number)")
            return (number, try await ssh.exec(server.target(), request).stdoutText)
          }
        }
        for try await (number, text) in group { #expect(text == "\(number)\n") }
      }
      #expect(await ssh.masterProcessIDs.count <= 4)
    }
  }

  @Test func aServerThatAllowsFewSessionsIsSharedOut() async throws {
    try await TestServer.with(options: ["MaxSessions 2"]) { (server, ssh) async throws in
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<12 {
          group.addTask { try await ssh.exec(server.target(), ExecRequest(command: "sleep 0.1; echo x")).stdoutText }
        }
        for try await text in group { #expect(text == "x\n") }
      }
    }
  }

  @Test func noValueIsEverOnAnArgumentList() async throws {
    let secret = "s3cret\(UInt64.random(in: 0...UInt64.max))"
    try await TestServer.with { (server, ssh) async throws in
      let scan = """
        for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f 2>/dev/null; echo; done; printf %s "$TOKEN" | wc -c; wc -c
        """
      let request = ExecRequest(command: scan, stdin: Array(secret.utf8), environment: ["TOKEN": secret])
      let result = try await ssh.exec(server.target(), request)
      #expect(result.exitCode == 0)
      #expect(result.stdoutText.contains("ControlMaster=yes"))
      #expect(result.stdoutText.hasSuffix("\n\(secret.utf8.count)\n\(secret.utf8.count)\n"))
      #expect(!result.stdoutText.contains(secret))
    }
  }

  @Test func noiseOfTheLoginShellIsDropped() async throws {
    let options = ["ForceCommand printf 'Welcome!\\n'; printf 'Hm.\\n' >&2; eval \"$SSH_ORIGINAL_COMMAND\""]
    try await TestServer.with(options: options) { (server, ssh) async throws in
      let result = try await ssh.exec(server.target(), ExecRequest(command: "echo x; echo y >&2"))
      #expect(result.stdoutText == "x\n")
      #expect(result.stderrText == "y\n")
    }
  }

  @Test func aServerThatRunsNoCommandsSaysSo() async throws {
    try await TestServer.with(options: ["ForceCommand echo 'Your SSH client does not support PTY'; exit 1"]) {
      (server, ssh) async throws in
      let failure = await #expect(throws: Failure.self) {
        try await ssh.exec(server.target(), ExecRequest(command: "true"))
      }
      #expect(failure?.kind == .sshUnreachable)
      #expect(failure?.message.contains("does not support PTY") == true)
    }
  }
}
