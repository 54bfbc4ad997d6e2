import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import Subprocess

/// An `ssh` that holds one connection and lets others through its control socket. A child of ours in the foreground:
/// the kernel ends it when we die.
final class Master: Sendable {
  let socketPath: String
  let hostKeyFingerprint: String
  let serverVersion: String?
  let guardian: Guardian
  private let child: ChildProcess
  private let log: Locked<MasterLog>
  private let drain: Task<Void, Never>

  private init(socketPath: String, child: ChildProcess, log: Locked<MasterLog>, cutter: LineCutter) {
    self.socketPath = socketPath
    self.child = child
    self.log = log
    let told = log.withLock { $0 }
    hostKeyFingerprint = told.hostKeyFingerprint ?? ""
    serverVersion = told.serverVersion
    guardian = Guardian(socketPath: socketPath)
    drain = Task {
      var cutter = cutter
      while let bytes = try? await child.standardError.read() {
        let lines = cutter.lines(bytes)
        log.withLock { log in
          for line in lines { log.read(line) }
        }
      }
    }
  }

  /// Connects and returns when sessions can be opened.
  ///
  /// - Throws: `ConnectFault`; `CancellationError`; `Failure` when `ssh` cannot be run.
  static func start(_ options: ClientOptions, socketPath: String, timeout: Duration) async throws -> Master {
    let arguments = options.master(controlPath: socketPath, timeout: timeout.components.seconds)
    let command = ChildCommand("ssh", arguments, environment: environment(full: options.userConfig))
    let child = try await ChildProcess.start(command, input: .null, output: .null)
    do {
      return try await withTimeLimit(timeout, what: "The connection") {
        try await waitUntilReady(child, socketPath)
      }
    } catch let failure as Failure where failure.kind == .timeout {
      await child.terminate()
      throw ConnectFault.transient("no connection within \(timeout.components.seconds) seconds")
    } catch {
      await child.terminate()
      throw error
    }
  }

  var isAlive: Bool { child.exit == nil }

  /// Whether the master answers. One that is being killed may still look alive.
  func isAnswering() async -> Bool {
    let answer = try? await withTimeLimit(.seconds(5), what: "ssh") {
      try await MuxSocket.ask(self.socketPath, MuxMessage.aliveCheck)
    }
    return answer == .alive
  }

  /// The process; for tests.
  var processID: Int32 { child.processID }

  /// What the client said last, if anything.
  var lastComplaint: String? { log.withLock { $0.lastComplaint } }

  /// Terminals of its sessions have another size: it looks at them and tells the server.
  func windowChanged() { child.signal(SIGWINCH) }

  /// Returns at its end; also when cancelled.
  func waitForEnd() async { _ = try? await child.waitForExit() }

  func close() async {
    await guardian.settle()
    await child.terminate()
    drain.cancel()
    await drain.value
    unlink(socketPath)
  }

  private static func waitUntilReady(_ child: ChildProcess, _ socketPath: String) async throws -> Master {
    let log = Locked(MasterLog())
    var cutter = LineCutter()
    while let bytes = try await child.standardError.read() {
      let lines = cutter.lines(bytes)
      log.withLock { log in
        for line in lines { log.read(line) }
      }
      // The socket appears after authentication, and lines follow it.
      if access(socketPath, F_OK) == 0 {
        return Master(socketPath: socketPath, child: child, log: log, cutter: cutter)
      }
    }
    throw log.withLock { $0.fault }
  }

  /// What `ssh` needs and no more: our own environment holds the keys to the account.
  private static func environment(full: Bool) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    let secrets: Set = ["RUNPOD_API_KEY", "GITHUB_TOKEN"]
    let wanted: Set = ["HOME", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "USER", "XDG_RUNTIME_DIR"]
    var environment = own.filter { full ? !secrets.contains($0.key) : wanted.contains($0.key) }
    // Its messages are read by `MasterLog`.
    environment["LC_ALL"] = "C"
    return environment
  }
}
