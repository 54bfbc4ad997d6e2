import Glibc
import Reporting
import Subprocess

/// Asks a master by running the client it belongs to, whatever the two say to each other: some milliseconds each time.
struct ClientControl: MasterControl {
  let options: ClientOptions
  let socketPath: String

  func open(_ program: RemoteProgram) async throws -> any Session {
    let terminal = try program.window.map { try PseudoTerminal.open($0.size) }
    var environment = options.environment
    environment["TERM"] = program.window?.type
    let child = try await ChildProcess.start(
      ChildCommand(
        "ssh",
        options.through(
          socketPath,
          [terminal == nil ? "-T" : "-tt"] + (program.isSubsystem ? ["-s"] : []),
          command: program.command
        ),
        environment: environment
      ),
      input: terminal.map { .end($0.other) } ?? .widePipe,
      output: .widePipe
    )
    return ClientSession(child: child, terminal: terminal?.terminal, control: self)
  }

  func isAlive() async throws -> Bool {
    try await run(["-O", "check"]).exit.isSuccess
  }

  func tryChannel(host: String, port: Int) async throws {
    do {
      let result = try await run(["-W", "\(PortForward.Route.bracketed(host)):\(port)"])
      guard result.exit.isSuccess else { throw ControlFault.refused(result.errorText) }
    } catch let failure as Failure where failure.kind == .timeout {
      // Somebody listens there and says nothing.
    }
  }

  func begin(_ route: PortForward.Route) async throws -> Int? {
    let result = try await run(["-O", "forward"] + route.clientArguments)
    guard result.exit.isSuccess else {
      throw ControlFault.refused(result.errorText.split(separator: "\n").last.map(String.init) ?? "")
    }
    return Int(result.outputText.filter(\.isNumber))
  }

  func end(_ route: PortForward.Route) async throws { _ = try await run(["-O", "cancel"] + route.clientArguments) }

  private func run(_ arguments: [String]) async throws -> ChildResult {
    let command = ChildCommand("ssh", options.through(socketPath, arguments), environment: options.environment)
    return try await ChildProcess.run(command, timeout: .seconds(10))
  }
}

/// One command running on a pod, with a client of its own.
private struct ClientSession: Session {
  let input: any ByteWriter
  let opened = ContinuousClock.now
  private let child: ChildProcess
  private let terminal: PseudoTerminal?
  private let control: ClientControl

  init(child: ChildProcess, terminal: PseudoTerminal?, control: ClientControl) {
    self.child = child
    self.terminal = terminal
    self.control = control
    input = terminal.map { PipeWriter($0.descriptor) } ?? child.standardInput
  }

  var output: any ByteReader { child.standardOutput }
  var error: any ByteReader { child.standardError }

  func waitForExit() async throws -> Int? {
    switch try await child.waitForExit() {
    // The client's own code for a lost connection; a command may have it as well.
    case .exited(255): return try await control.isAlive() ? 255 : nil
    case .exited(let code): return Int(code)
    case .signalled: return nil
    }
  }

  func resize(_ size: PseudoTerminal.Size) { terminal?.resize(size) }

  func close() {
    input.close()
    output.close()
    error.close()
    child.signal(SIGTERM)
  }
}

extension PortForward.Route {
  fileprivate var clientArguments: [String] {
    let listen = "\(Self.bracketed(listenHost)):\(listenPort)"
    return [direction == .local ? "-L" : "-R", "\(listen):\(Self.bracketed(host)):\(port)"]
  }

  fileprivate static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
