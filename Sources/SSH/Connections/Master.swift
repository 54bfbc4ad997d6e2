import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import Subprocess

/// An `ssh` that holds one connection and lets others through its control socket. A child of ours in the foreground:
/// the kernel ends it when we die.
final class Master: Sendable {
  let control: any MasterControl
  let hostKeyFingerprint: String
  let serverVersion: String?
  let guardian: Guardian
  private let spare: SpareSession
  private let socketPath: String
  private let child: ChildProcess
  private let log: Locked<MasterLog>
  private let drain: Task<Void, Never>

  private init(
    socketPath: String,
    control: any MasterControl,
    child: ChildProcess,
    log: Locked<MasterLog>,
    cutter: LineCutter,
    quiet: QuietMoment,
    another: @escaping @Sendable () async throws -> Master
  ) {
    self.socketPath = socketPath
    self.control = control
    self.child = child
    self.log = log
    let told = log.withLock { $0 }
    hostKeyFingerprint = told.hostKeyFingerprint ?? ""
    serverVersion = told.serverVersion
    guardian = Guardian(control: control, another: another)
    spare = SpareSession(control: control, quiet: quiet)
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
  static func start(
    _ options: ClientOptions,
    socketPath: String,
    timeout: Duration,
    quiet: QuietMoment
  ) async throws -> Master {
    quiet.disturb()
    let arguments = options.master(controlPath: socketPath, timeout: timeout.components.seconds)
    let command = ChildCommand("ssh", arguments, environment: options.environment)
    let child = try await ChildProcess.start(command, input: .null, output: .null)
    let log = Locked(MasterLog())
    do {
      return try await withTimeLimit(timeout, what: "The connection") {
        let cutter = try await AgentProbe.guarding { try await waitUntilReady(child, log, socketPath) }
        let control: any MasterControl =
          await MuxControl(socketPath) ?? ClientControl(options: options, socketPath: socketPath)
        return Master(socketPath: socketPath, control: control, child: child, log: log, cutter: cutter, quiet: quiet) {
          try await start(options, socketPath: "\(socketPath)g", timeout: timeout, quiet: quiet)
        }
      }
    } catch let failure as Failure where failure.kind == .timeout {
      await child.terminate()
      throw log.withLock { $0.delay(timeout) }
    } catch {
      await child.terminate()
      throw error
    }
  }

  /// A session whose shell waits for `call`.
  ///
  /// - Returns: The session, and whether it is one that was opened before.
  /// - Throws: `ControlFault`, `CancellationError`, `SystemError` when we are out of descriptors.
  func open(for call: RemoteCall) async throws -> (session: any Session, isSpare: Bool) {
    let spare = try await spare.take(unused: ![.nothing, .terminal].contains(call.input))
    if call.window == nil, let spare { return (spare, true) }
    spare?.close()
    do {
      return (try await control.open(call.window.map(RemoteProgram.terminal) ?? .shell), false)
    } catch ControlFault.refused(let reason) {
      // One that waits for other calls may be in the way of the next attempt.
      await self.spare.close()
      throw ControlFault.refused(reason)
    }
  }

  /// Has a session ready for the next command.
  ///
  /// - Parameter session: One whose shell waits for another command.
  func prepareSession(_ session: (any Session)? = nil) async {
    if keepsSessions { await spare.prepare(session) }
  }

  /// What the end of a command is marked with if its shell is to wait for another one.
  func newEndToken() -> String? {
    keepsSessions ? String(UInt64.random(in: 0...UInt64.max), radix: 36) : nil
  }

  /// Other servers than OpenSSH's have few sessions, and peculiar ones.
  private var keepsSessions: Bool { serverVersion?.hasPrefix("OpenSSH") == true }

  var isAlive: Bool { child.exit == nil }

  /// tinysshd ends the connection with its first session.
  var isForOneSession: Bool { serverVersion?.hasPrefix("tinyssh") == true }

  /// dropbear 2022.82 to 2024.86 close a session at once, its command unseen, when another one ends as it begins
  /// (github.com/mkj/dropbear, pull request 326).
  var maySkipCommands: Bool { serverVersion?.hasPrefix("dropbear") == true }

  /// Whether it, which is gone or about to be, was killed by somebody here.
  func wasKilled() async -> Bool {
    let exit = try? await withTimeLimit(.seconds(1), what: "ssh") { try await self.child.waitForExit() }
    if case .signalled = exit { return true }
    return false
  }

  /// Whether the master answers. One that is being killed may still look alive.
  func isAnswering() async -> Bool {
    (try? await withTimeLimit(.seconds(5), what: "ssh") { try await self.control.isAlive() }) == true
  }

  /// The process; for tests.
  var processID: Int32 { child.processID }

  /// How often the server refused to open a channel, and what it said the last time.
  var channelRefusals: (count: Int, last: String) { log.withLock { ($0.channelRefusals, $0.lastChannelRefusal) } }

  /// What the client said last, if anything.
  var lastComplaint: String? { log.withLock { $0.lastComplaint } }

  /// Terminals of its sessions have another size: it looks at them and tells the server.
  func windowChanged() { child.signal(SIGWINCH) }

  /// Returns at its end; also when cancelled.
  func waitForEnd() async { _ = try? await child.waitForExit() }

  func close() async {
    await spare.close()
    await guardian.settle()
    await child.terminate()
    drain.cancel()
    await drain.value
    unlink(socketPath)
  }

  /// - Returns: The cutter, which may hold the beginning of a line.
  private static func waitUntilReady(
    _ child: ChildProcess,
    _ log: Locked<MasterLog>,
    _ socketPath: String
  ) async throws -> LineCutter {
    var cutter = LineCutter()
    while let bytes = try await child.standardError.read() {
      let lines = cutter.lines(bytes)
      log.withLock { log in
        for line in lines { log.read(line) }
      }
      // The socket appears after authentication, and lines follow it.
      if access(socketPath, F_OK) == 0 { return cutter }
    }
    throw log.withLock { $0.fault }
  }
}
