import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// The same with servers other than OpenSSH's, of which small images have one.
@Suite(.enabled(if: geteuid() == 0), .timeLimit(.minutes(3))) struct OtherServerTests {
  static let others: [ServerSoftware] = [.dropbear, .tinySSH]

  @Test(arguments: others) func commandsRunWithAllThatBelongsToThem(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      let info = try await ssh.connect(server.target())
      #expect(info.hostKeyFingerprint.hasPrefix("SHA256:"))
      #expect(info.serverVersion?.lowercased().hasPrefix(software.rawValue.lowercased()) == true)
      let request = ExecRequest(
        command: "cat; echo \"$X\"; echo err >&2; exit 7",
        stdin: [UInt8](repeating: 65, count: 100_000),
        folder: "/usr",
        environment: ["X": "it's"],
        captureLimit: 1_000_000
      )
      for _ in 0..<2 {
        let result = try await ssh.exec(server.target(), request)
        #expect(result.stdoutText == String(repeating: "A", count: 100_000) + "it's\n")
        #expect(result.stderrText == "err\n")
        #expect(result.exitCode == 7)
      }
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "kill -TERM $$")).signal == "TERM")
    }
  }

  @Test(arguments: others) func manyAtOnceAllRun(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for number in 0..<12 {
          group.addTask {
            let request = ExecRequest(command: "sleep 0.1; echo \(number)")
            return (number, try await ssh.exec(server.target(), request).stdoutText)
          }
        }
        for try await (number, text) in group { #expect(text == "\(number)\n") }
      }
    }
  }

  /// dropbear skips the command of about every fifth of these.
  @Test func whatASessionSkippedIsRunOnce() async throws {
    try await TestServer.with(.dropbear) { (server, ssh) async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<4 {
          group.addTask {
            for number in 0..<25 {
              let request = ExecRequest(command: "echo \(lane * 25 + number) >>\(server.directory)/numbers")
              let result = try await ssh.exec(server.target(), request)
              #expect(result.exitCode == 0)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await shell("sort -n \(server.directory)/numbers") == (0..<100).map { "\($0)\n" }.joined())
    }
  }

  /// With more input than a pipe holds a second session watches over the command, and with tinysshd, which has but one,
  /// a second connection.
  ///
  /// tinysshd with unread input is left out: the order to end can be lost there on a busy machine, which is not repaired yet.
  @Test(arguments: [(ServerSoftware.dropbear, 0), (.dropbear, 500_000), (.tinySSH, 0)])
  func cancelEndsTheProcessGroup(software: ServerSoftware, unreadInput: Int) async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with(software) { (server, ssh) async throws in
      let request = ExecRequest(
        command: "sleep 1000 & echo $! $$; wait",
        stdin: [UInt8](repeating: 65, count: unreadInput)
      )
      let task = Task { try await ssh.exec(server.target(), request) { note($0, in: pids) } }
      while pids.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
      #expect(try await ssh.exec(server.target(), ExecRequest(command: "echo on")).stdoutText == "on\n")
    }
  }

  @Test(arguments: others) func copiesGoBothWays(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir src && head -c 3000000 /dev/urandom >src/big && chmod 640 src/big")
      let there = CopyRequest(direction: .upload, source: "\(base)/src", destination: "\(base)/there")
      #expect(try await ssh.copy(server.target(), there).bytes == 3_000_000)
      let back = CopyRequest(direction: .download, source: "\(base)/there", destination: "\(base)/back")
      #expect(try await ssh.copy(server.target(), back).bytes == 3_000_000)
      #expect(try await shell("cd \(base) && diff -r src back && stat -c %a back/big") == "640\n")
    }
  }

  @Test(arguments: others) func terminalsWork(software: ServerSoftware) async throws {
    try await TestServer.with(software) { (server, ssh) async throws in
      let window = TerminalWindow(size: .init(columns: 132, rows: 40))
      let request = ExecRequest(
        command: "stty size; trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.01; done",
        window: window
      )
      let result = try await ssh.exec(server.target(), request) { output in
        if String(decoding: output.bytes, as: UTF8.self).contains("ready") {
          window.resize(.init(columns: 100, rows: 50))
        }
      }
      #expect(result.stdoutText == "40 132\r\nready\r\n50 100\r\n")
      #expect(result.exitCode == 3)
    }
  }
}
