import FoundationEssentials
import Glibc
import Reporting
import Subprocess
import Testing

@Suite struct ChildProcessTests {
  private func shell(_ script: String, environment: [String: String]? = nil) -> ChildCommand {
    ChildCommand("sh", ["-c", script], environment: environment)
  }

  @Test func givesBothStreamsAndTheExitCode() async throws {
    let result = try await ChildProcess.run(shell("echo out; echo err >&2; exit 7"))
    #expect(result.outputText == "out\n")
    #expect(result.errorText == "err\n")
    #expect(result.exit == .exited(7))
    #expect(!result.truncated)
  }

  @Test func tellsTheSignalThatEndedIt() async throws {
    #expect(try await ChildProcess.run(shell("kill -KILL $$")).exit == .signalled(SIGKILL))
  }

  @Test func feedsInputLargerThanAPipeAndReadsItBack() async throws {
    let input = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let result = try await ChildProcess.run(ChildCommand("cat"), input: input, outputLimit: 2_000_000)
    #expect(result.standardOutput == input)
  }

  @Test func aChildNeedNotReadItsInput() async throws {
    let input = [UInt8](repeating: 65, count: 1_000_000)
    #expect(try await ChildProcess.run(ChildCommand("true"), input: input).exit.isSuccess)
  }

  @Test func withoutInputThereIsNothingToWaitFor() async throws {
    #expect(try await ChildProcess.run(ChildCommand("cat")).standardOutput == [])
  }

  @Test func keepsTheFirstBytesUpToTheLimit() async throws {
    let result = try await ChildProcess.run(shell("printf 0123456789"), outputLimit: 4)
    #expect(result.outputText == "0123")
    #expect(result.truncated)
  }

  @Test func startsWithTheGivenVariablesAndDirectoryOnly() async throws {
    var command = shell("echo $A $B; pwd", environment: ["A": "x y", "PATH": "/usr/bin:/bin"])
    command.workingDirectory = "/usr"
    #expect(try await ChildProcess.run(command).outputText == "x y\n/usr\n")
  }

  @Test func inheritsNoDescriptorAndNoSignalState() async throws {
    let leak = open("/dev/null", O_RDONLY)
    defer { close(leak) }
    let script = "ls -l /proc/self/fd | grep -c ' [0-9]* ->'; grep -E 'Sig(Blk|Ign)' /proc/self/status"
    let lines = try await ChildProcess.run(shell(script)).outputText.split(separator: "\n")
    // ls has one more: the directory that it lists.
    #expect(lines.first == "4")
    #expect(lines.dropFirst().map { $0.split(separator: "\t").last } == ["0000000000000000", "0000000000000000"])
  }

  @Test(arguments: [false, true]) func leadsAGroupAndOnRequestASession(newSession: Bool) async throws {
    var command = shell("ps -o pid=,pgid=,sid= -p $$")
    command.newSession = newSession
    let fields = try await ChildProcess.run(command).outputText.split(separator: " ").compactMap {
      Int32($0.filter(\.isNumber))
    }
    try #require(fields.count == 3)
    #expect(fields[0] == fields[1])
    #expect((fields[2] == fields[0]) == newSession)
  }

  @Test func aMissingProgramIsAnIncompleteEnvironment() async throws {
    let failure = await #expect(throws: Failure.self) { try await ChildProcess.run(ChildCommand("no-such-program")) }
    #expect(failure?.kind == .environmentIncomplete)
    #expect(failure?.message.contains("no-such-program") == true)
  }

  @Test func aMissingDirectoryIsToldToo() async throws {
    var command = ChildCommand("true")
    command.workingDirectory = "/no/such/directory"
    let failure = await #expect(throws: Failure.self) { try await ChildProcess.run(command) }
    #expect(failure?.message.contains("No such file") == true)
  }

  @Test func doesNotWaitForAGrandchildThatKeepsThePipe() async throws {
    let result = try await ChildProcess.run(shell("sleep 1000 & echo $!; exit 3"))
    #expect(result.exit == .exited(3))
    let grandchild = try #require(Int32(result.outputText.dropLast()))
    #expect(kill(grandchild, SIGKILL) == 0, "it had ended before the answer")
  }

  @Test func outOfTimeTheWholeGroupEnds() async throws {
    let file = "/tmp/subprocess-test-\(getpid())-timeout"
    defer { unlink(file) }
    var text = ""
    // On a busy machine the child may not have come so far in the shorter times.
    for milliseconds in [300, 5_000, 60_000] where text.isEmpty {
      let failure = await #expect(throws: Failure.self) {
        try await ChildProcess.run(shell("sleep 1000 & echo $! >\(file); wait"), timeout: .milliseconds(milliseconds))
      }
      #expect(failure?.kind == .timeout)
      text = (try? String(contentsOf: URL(filePath: file), encoding: .utf8)) ?? ""
    }
    try await expectGone(try #require(Int32(text.dropLast())))
  }

  @Test func cancelledTheWholeGroupEndsAlsoWhenItIgnoresTheFirstSignal() async throws {
    let child = try await ChildProcess.start(shell("trap '' TERM; sleep 1000 & echo $!; wait"))
    let line = try #require(try await child.standardOutput.read())
    let grandchild = try #require(Int32(String(decoding: line.dropLast(), as: UTF8.self)))
    let exit = await child.terminate([TeardownStep(signal: SIGTERM, patience: .milliseconds(50))])
    #expect(exit == .signalled(SIGKILL))
    try await expectGone(grandchild)
  }

  @Test func aHundredAtOnceEachGiveTheirOwnAnswer() async throws {
    let codes = try await withThrowingTaskGroup(of: (Int32, ChildExit).self) { group in
      for code in 0..<Int32(100) {
        group.addTask { (code, try await ChildProcess.run(self.shell("exit \(code)")).exit) }
      }
      return try await group.reduce(into: [Int32: ChildExit]()) { $0[$1.0] = $1.1 }
    }
    for code in 0..<Int32(100) { #expect(codes[code] == .exited(code)) }
  }

  @Test func whoDoesNotReadSlowsTheChildDown() async throws {
    let child = try await ChildProcess.start(ChildCommand("yes"), input: .null)
    _ = try await child.standardOutput.read()
    // Blocked in its write for good, `yes` sleeps: it would run without back-pressure.
    var state = ""
    while state != "S" {
      state = try #require(try processState(child.processID))
      await Task.yield()
    }
    #expect(await child.terminate() == .signalled(SIGTERM))
  }

  @Test func childrenOfAKilledProcessEnd() async throws {
    let parent = try await ChildProcess.start(ChildCommand(helperPath("parent-to-kill"), ["sleep", "1000"]))
    let line = try #require(try await parent.standardOutput.read())
    let grandchild = try #require(Int32(String(decoding: line.dropLast(), as: UTF8.self)))
    #expect(kill(grandchild, 0) == 0)
    kill(parent.processID, SIGKILL)
    try await expectGone(grandchild)
    _ = try await parent.waitForExit()
  }
}

/// Waits until the process has ended; the test's own time limit is the limit.
func expectGone(_ pid: Int32) async throws {
  while let state = try processState(pid), state != "Z" { try await Task.sleep(for: .milliseconds(5)) }
}

/// The state letter of a process, nil when there is none.
func processState(_ pid: Int32) throws -> String? {
  guard let text = try? String(contentsOf: URL(filePath: "/proc/\(pid)/stat"), encoding: .utf8) else { return nil }
  let fields = text.split(separator: ")").last?.split(separator: " ")
  return fields?.first.map(String.init)
}

/// A test helper that was built beside this test.
func helperPath(_ name: String) -> String {
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
}
