import Concurrency
package import Environment
import FoundationEssentials
import Glibc
import JSON
package import JSONRPC
import Outside
import ServiceProtocol

/// One session with one client, from the claimed wire to the exit code.
package struct Server: Sendable {
  package struct Options: Sendable {
    package var framing: Framing?
    package var client = ClientOptions()
    /// How long accepted work may go on after the end of input; nil: as long as someone reads the output, and ten
    /// seconds after a signal.
    package var drainLimit: Duration?
    package var limits = Connection.Limits()
    /// For wrappers that keep our input open: the end of the process that started us is the end of input.
    package var exitsWithParent = false
    /// Where to write down what goes over the wire, without secrets.
    package var recordDirectory: String?
    /// Those that were given as flags.
    package var settings: [Setting: String] = [:]

    package init() {}
  }

  /// The exit codes of the process, beside 0 and 1 of the Language Server Protocol.
  package enum ExitCode {
    package static let truncatedInput: Int32 = 65
    package static let peerGone: Int32 = 74
    package static let drainLimitReached: Int32 = 75
  }

  private let wire: Wire
  private let options: Options
  private let services: Services
  private let register: @Sendable (inout Router) -> Void

  /// - Parameters:
  ///   - doors: Between the service and the world.
  ///   - register: Adds methods to the service's own.
  package init(
    wire: Wire,
    options: Options,
    doors: Doors = Doors(),
    register: @escaping @Sendable (inout Router) -> Void = { _ in }
  ) {
    self.wire = wire
    self.options = options
    self.register = register
    var layers = SettingLayers(environment: ProcessInfo.processInfo.environment)
    layers.flags = options.settings
    services = Services(layers: layers, doors: doors)
  }

  private enum Event: Sendable {
    case inputEnded(isTruncated: Bool), terminated, drainLimitReached, peerGone, sessionEnded, detachedEnded,
      abandoned
  }

  /// Serves until the session is over, then ends the process with its exit code. Belongs on the main thread, which
  /// waits for signals meanwhile: the first is the end of input, the second the end at once.
  package func serve() -> Never {
    let signals = TerminationSignals()
    let (events, event) = AsyncStream.makeStream(of: Event.self)
    Task { _exit(await run(events, event)) }
    _ = signals.next()
    event.yield(.terminated)
    _exit(128 + signals.next())
  }

  private func run(_ events: AsyncStream<Event>, _ event: AsyncStream<Event>.Continuation) async -> Int32 {
    let connection = Connection(
      wire: wire,
      framing: options.framing,
      limits: options.limits,
      recording: await record(),
      outputFailed: { _ in event.yield(.peerGone) }
    )
    let started = ContinuousClock.now
    let serving = Locked<Dispatcher?>(nil)
    var router = Router { [services] in try await services.admit($0) }
    Start.registerAll(in: &router, services: services) {
      serving.withLock { $0 }.map { Server.status(of: $0, since: started) }
    }
    register(&router)
    @Sendable func watchClient(_ processId: Int) {
      ClientProcess.watch(processId) { event.yield(.inputEnded(isTruncated: false)) }
    }
    let dispatcher = Dispatcher(
      connection: connection,
      router: router,
      client: options.client,
      settings: { [services] in try await services.settings() },
      watchClient: watchClient
    ) { event.yield(.sessionEnded) }
    serving.withLock { $0 = dispatcher }
    services.notices.attach { text in
      if !dispatcher.notice(text) { Notices.print(text) }
    }
    if options.exitsWithParent { watchClient(Int(getppid())) }
    connection.start(
      received: { dispatcher.receive($0) },
      caughtUp: { dispatcher.caughtUp() },
      ended: { event.yield(.inputEnded(isTruncated: $0)) }
    )

    var isTruncated = false
    var drainLimitReached = false
    var isInputOver = false
    var drain: Task<Void, Never>?
    var detached: Task<Void, Never>?
    var abandonment: Task<Void, Never>?
    let recovery = Task {
      // Later than the first answers: a start must not wait for it, and a short life need not begin it.
      guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
      await services.recover()
    }
    defer {
      recovery.cancel()
      drain?.cancel()
      detached?.cancel()
      abandonment?.cancel()
    }
    func startDrain(within limit: Duration?) {
      guard let limit else { return }
      drain?.cancel()
      drain = Task {
        guard (try? await Task.sleep(for: limit)) != nil else { return }
        event.yield(.drainLimitReached)
      }
    }
    loop: for await next in events {
      switch next {
      case .sessionEnded where isInputOver && detached == nil:
        detached = Task {
          await services.finishDetached()
          event.yield(.detachedEnded)
        }
      case .sessionEnded where isInputOver: break
      case .sessionEnded, .detachedEnded: break loop
      case .peerGone:
        await stopAll(dispatcher)
        await services.close()
        return ExitCode.peerGone
      case .inputEnded(let truncated):
        isTruncated = truncated
        isInputOver = true
        await dispatcher.inputEnded()
        // An editor that leaves without `shutdown` has died; what it wanted is left where it can be taken up again. What
        // takes no time is answered: it may also be a session that was piped in.
        if dispatcher.exitCode != 0, abandonment == nil {
          abandonment = Task {
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            event.yield(.abandoned)
          }
        }
        connection.watchReader { event.yield(.peerGone) }
        startDrain(within: options.drainLimit ?? dispatcher.patience)
      case .terminated:
        isInputOver = true
        await dispatcher.inputEnded()
        startDrain(within: options.drainLimit ?? .seconds(10))
      case .abandoned: await stopAll(dispatcher)
      case .drainLimitReached:
        drainLimitReached = true
        await stopAll(dispatcher)
        if detached != nil { break loop }
      }
    }
    let delivery = connection.finish()
    await services.close()
    switch delivery {
    case .complete: break
    case .peerGone, .peerStuck: return ExitCode.peerGone
    }
    if drainLimitReached { return ExitCode.drainLimitReached }
    return isTruncated ? ExitCode.truncatedInput : dispatcher.exitCode
  }

  private func record() async -> Recording? {
    guard let directory = options.recordDirectory else { return nil }
    do {
      return try Recording(
        directory: directory,
        secrets: await services.secrets(),
        suspects: { name, value in
          Setting.all.contains { [$0.option, $0.variable].contains { $0.bytes.lowercased.bytes == name.bytes } }
            && MisplacedSecret.isLikely(value)
        }
      )
    } catch {
      services.notices.warn(
        "nothing is recorded: \(directory) cannot be used: \(String(cString: strerror(error.errno)))"
      )
      return nil
    }
  }

  /// Work is stopped where it can be taken up again, and answered now.
  private func stopAll(_ dispatcher: Dispatcher) async {
    await services.beginClosing()
    dispatcher.stopAll(Server.ending)
  }

  private static let ending = ErrorObject(.serverCancelled, "The service is ending; the work was stopped.")

  private static func status(
    of dispatcher: Dispatcher,
    since started: ContinuousClock.Instant
  ) -> ServiceStatus.Result {
    let figures = dispatcher.figures
    return ServiceStatus.Result(
      version: Registry.version,
      processId: Int(getpid()),
      dialect: figures.dialect.rawValue,
      uptimeSeconds: (ContinuousClock.now - started) / .seconds(1),
      requestsInFlight: figures.inFlight,
      requestsAnswered: figures.answered
    )
  }
}
