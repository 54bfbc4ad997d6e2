import Concurrency
import JSON
import JSONRPC
import Reporting
import SSH
import ServiceProtocol
import Subprocess

/// `ssh/session/*`.
struct TerminalsHarness: Sendable {
  private struct Open: Sendable {
    let terminal: Terminal
    let coding: OutputCoding
  }

  private let services: Services
  private let state = Locked((open: [String: Open](), lastID: 0))

  init(services: Services) { self.services = services }

  func open(_ params: SSHSessionOpen.Params, _ context: RequestContext) async throws -> SSHSessionOpen.Result {
    let id = state.withLock { state in
      state.lastID += 1
      return String(state.lastID)
    }
    let coding = OutputCoding(params.encoding)
    let text = Locked(OutputText(coding))
    let show = { @Sendable (data: String) async in
      guard !data.isEmpty else { return }
      context.notify("ssh/session/output", ["sessionId": .string(id), "data": .string(data)])
      await context.waitForRoom()
    }
    let terminal = try await Terminal.open(
      services.target(params.podId),
      Terminal.Request(
        command: params.command,
        folder: params.cwd,
        environment: params.env,
        window: TerminalWindow(type: params.term, size: .init(params.columns, params.rows))
      ),
      through: services.ssh(),
      output: { bytes in
        // Before the answer the client does not know the id.
        await context.waitUntilAnswered()
        await show(text.withLock { $0.take(bytes) })
      },
      ended: { ending in
        await context.waitUntilAnswered()
        state.withLock { $0.open[id] = nil }
        await show(text.withLock { $0.takeRest() })
        context.notify("ssh/session/exit", Self.exit(id, ending))
      }
    )
    state.withLock { $0.open[id] = Open(terminal: terminal, coding: coding) }
    return SSHSessionOpen.Result(sessionId: id)
  }

  func input(_ params: SSHSessionInput.Params, _: RequestContext) throws -> @Sendable () async throws -> InputResult {
    let open = try open(params.sessionId)
    let delivered = try open.terminal.type(open.coding.bytes(of: params.data, member: "data"))
    return { InputResult(delivered: try await delivered.wait()) }
  }

  func resize(
    _ params: SSHSessionResize.Params,
    _: RequestContext
  ) throws -> @Sendable () async throws -> SSHSessionOpen.Result {
    try open(params.sessionId).terminal.resize(.init(params.columns, params.rows))
    return { SSHSessionOpen.Result(sessionId: params.sessionId) }
  }

  func close(_ params: SSHSessionClose.Params, _: RequestContext) async throws -> SSHSessionOpen.Result {
    try await open(params.sessionId).terminal.close()
    return SSHSessionOpen.Result(sessionId: params.sessionId)
  }

  private func open(_ id: String) throws -> Open {
    if let open = state.withLock({ $0.open[id] }) { return open }
    throw Failure(.notFound, "There is no open terminal \(id).", hint: "It may have ended; open another one.")
  }

  private static func exit(_ id: String, _ ending: Terminal.Ending) -> JSONValue {
    var exit: JSONObject = ["sessionId": .string(id)]
    switch ending {
    case .success(let result):
      exit["exitCode"] = result.exitCode.map { .integer($0) }
      exit["signal"] = result.signal.map { .string($0) }
    case .failure(is CancellationError): break
    case .failure(let error): exit["error"] = ErrorObject(describing: error).json
    }
    return .object(exit)
  }
}

extension PseudoTerminal.Size {
  /// - Parameters: As the schema has let them through: 1...65535.
  fileprivate init(_ columns: Int, _ rows: Int) {
    self.init(columns: UInt16(clamping: columns), rows: UInt16(clamping: rows))
  }
}
