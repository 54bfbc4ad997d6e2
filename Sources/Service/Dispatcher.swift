import Concurrency
package import Environment
import JSON
package import JSONRPC
import Reporting

/// From a message to its one answer: ids in flight, cancellation, batches.
///
/// A handler returns its result; only `finish` answers, and it takes the id out of the table in the same step, so that
/// no request can be answered twice or not at all.
package final class Dispatcher: Sendable {
  private struct InFlight {
    let isShutdown: Bool
    var task: Task<Void, Never>?
    var progress: RequestProgress?
    var isCancelled = false
    var slot: BatchAnswer.Slot?
    let answered = Eventual<Void>()
  }

  private struct State {
    var dialect: any Dialect
    /// Whether the client's first message has told the dialect.
    var knowsDialect = false
    var inFlight: [RequestID: InFlight] = [:]
    /// What came while `initialize` is being worked on, in its order; nil when it is not.
    var held: ArraySlice<Incoming>?
    var isInitializing = false
    /// Tells when nothing is held any more.
    var released: Eventual<Void>?
    /// Whether more of what came in one piece is to be received.
    var isReceiving = false
    /// Tells when it has been, to whoever waits for that.
    var caughtUp: Eventual<Void>?
    /// Answers on their way to the outbox: their ids are free again, the session is not over.
    var beingSent = 0
    var answered = 0
    var isInputOver = false

    var isOver: Bool { isInputOver && held == nil && inFlight.isEmpty && beingSent == 0 }
    /// Tells when the `shutdown` that is being worked on has been answered.
    var shutdown: Eventual<Void>? { inFlight.values.first { $0.isShutdown }?.answered }
  }

  private let state: Locked<State>
  private let connection: Connection
  private let requests: ClientRequests
  private let parts: DialectParts
  private let requestLimit: Int
  private let sessionEnded: @Sendable () -> Void

  /// - Parameters:
  ///   - client: What is known of the client before it says anything.
  ///   - settings: The service's, once `initialize` has brought its part.
  ///   - watchClient: Told the process that the client says it is.
  ///   - sessionEnded: Called when nothing more is to come or to answer; more than once does no harm.
  package init(
    connection: Connection,
    router: Router,
    requestLimit: Int = 1024,
    client: ClientOptions = ClientOptions(),
    settings: @escaping @Sendable () async throws -> Settings = { Settings(SettingLayers(environment: [:])) },
    watchClient: @escaping @Sendable (_ processId: Int) -> Void = { _ in },
    sessionEnded: @escaping @Sendable () -> Void
  ) {
    self.connection = connection
    self.requestLimit = requestLimit
    self.sessionEnded = sessionEnded
    requests = ClientRequests(connection: connection)
    parts = DialectParts(
      handlers: router.handlers,
      offered: router.offered,
      connection: connection,
      requests: requests,
      clientOptions: client,
      watchClient: watchClient,
      settings: settings
    )
    state = Locked(State(dialect: Script(parts)))
  }

  /// The process's exit code when the session ends now.
  var exitCode: Int32 { state.withLock { $0.dialect.exitCode } }

  /// How long accepted work may go on after the end of input; nil: as long as someone reads the output.
  var patience: Duration? { state.withLock { $0.dialect.patience } }

  package var figures: (dialect: DialectName, inFlight: Int, answered: Int) {
    state.withLock { ($0.dialect.name, $0.inFlight.count, $0.answered) }
  }

  private var answersCancelled: Bool { state.withLock { $0.dialect.answersCancelled } }

  /// Tells the client of something that belongs to no request; false: it has no place for it.
  func notice(_ text: String) -> Bool {
    guard let notification = state.withLock({ $0.dialect.notice(text) }) else { return false }
    connection.notify(notification.method, params: notification.params)
    return true
  }

  /// Takes a frame's messages; while `initialize` is being worked on, they wait for its end.
  package func receive(_ incoming: Incoming) {
    let isHeld = state.withLock { state in
      state.isReceiving = true
      state.held?.append(incoming)
      return state.held != nil
    }
    if !isHeld { take(incoming) }
  }

  /// All that came in one piece has been received.
  package func caughtUp() {
    let waiting = state.withLock { state -> Eventual<Void>? in
      state.isReceiving = false
      defer { state.caughtUp = nil }
      return state.caughtUp
    }
    waiting?.resolve(())
  }

  private func take(_ incoming: Incoming) {
    let takesBatches = state.withLock { state in
      if !state.knowsDialect, let dialect = parts.dialect(of: incoming) {
        state.dialect = dialect
        state.knowsDialect = true
      }
      return state.dialect.takesBatches
    }
    switch incoming {
    case .single(let message): receive(message, nil)
    case .batch(let messages):
      guard takesBatches else {
        return answer(nil, .failure(ErrorObject(.invalidRequest, "This dialect has no batches.")), nil)
      }
      let batch = BatchAnswer(count: messages.count, limit: connection.limits.message) { [connection] answer in
        connection.send(answer)
      }
      var ids: Set<RequestID> = []
      for (index, message) in messages.enumerated() {
        if case .request(let id, _, _) = message, !ids.insert(id).inserted {
          answer(nil, .failure(Dispatcher.duplicate), batch.slot(index))
        } else {
          receive(message, batch.slot(index))
        }
      }
    }
  }

  /// `initialize` has ended: what came meanwhile is taken, up to another one.
  private func release(isInitialized: Bool) async {
    let caughtUp = state.withLock { state -> Eventual<Void>? in
      guard state.isReceiving, state.dialect.answersPipedInOrder else { return nil }
      state.caughtUp = Eventual()
      return state.caughtUp
    }
    if let caughtUp { _ = await wait(for: [caughtUp], atMost: Dispatcher.orderPatience) }
    var isInOrder = state.withLock { state in
      state.isInitializing = false
      if !isInitialized { state.dialect.initializeFailed() }
      return state.dialect.answersPipedInOrder
    }
    while let next = nextHeld() {
      take(next)
      guard isInOrder, case .single(.request(let id, _, _)) = next,
        let entry = state.withLock({ $0.inFlight[id] }), !entry.isShutdown
      else { continue }
      isInOrder = await wait(for: [entry.answered], atMost: Dispatcher.orderPatience)
    }
    let (released, isOver) = state.withLock { state -> (Eventual<Void>?, Bool) in
      guard state.held == nil else { return (nil, false) }
      defer { state.released = nil }
      return (state.released, state.isOver)
    }
    released?.resolve(())
    if isOver { sessionEnded() }
  }

  /// nil when nothing is held any more, or another `initialize` was among it.
  private func nextHeld() -> Incoming? {
    state.withLock { state in
      if state.isInitializing { return nil }
      if let next = state.held?.popFirst() { return next }
      state.held = nil
      return nil
    }
  }

  /// No more requests will come; what was accepted is finished and answered. Returns when all that came before is accepted, or
  /// after ten seconds.
  package func inputEnded() async {
    // An `initialize` that does not end must not keep the process from ending.
    if let released = state.withLock({ $0.released }) { _ = await wait(for: [released], atMost: .seconds(10)) }
    endInput()
  }

  private func endInput() {
    let isOver = state.withLock { state in
      state.isInputOver = true
      return state.isOver
    }
    if isOver { sessionEnded() }
  }

  /// Answers everything still running with `error` and asks it to stop; what the handlers return later is dropped.
  func stopAll(_ error: ErrorObject) { stop(state.withLock { $0.inFlight }, error) }

  private func stop(_ running: [RequestID: InFlight], _ error: ErrorObject) {
    for (id, entry) in running {
      entry.progress?.end(error.message)
      finish(id, .failure(error))
      entry.task?.cancel()
    }
  }

  private func receive(_ message: Message, _ slot: BatchAnswer.Slot?) {
    switch message {
    case .request(let id, let method, let params): receiveRequest(id, method, params, slot)
    case .notification(let method, let params):
      receiveNotification(method, params)
      slot?.fill(nil)
    case .invalid(let id, let error): answer(id, .failure(error), slot)
    case .response(let id, let result, let error):
      if let id { requests.receive(id, result, error) }
      slot?.fill(nil)
    case .ignored: slot?.fill(nil)
    }
  }

  private func receiveNotification(_ method: String, _ params: JSONValue?) {
    switch state.withLock({ $0.dialect.hear(method, params) }) {
    case .nothing: break
    case .cancel(let id): cancel { _ in id }
    case .cancelProgress(let token): cancel { $0.inFlight.first { $0.value.progress?.form.token == token }?.key }
    case .exit: exit()
    case .call(.inline(let body)): _ = try? body(params)
    case .call(.task): break  // Work without an answer is nobody's.
    }
  }

  /// Cancels a request in flight. Its id stays taken until its handler has ended.
  private func cancel(_ find: (State) -> RequestID?) {
    let entry = state.withLock { state -> InFlight? in
      guard let id = find(state), let entry = state.inFlight[id] else { return nil }
      state.inFlight[id]?.isCancelled = true
      return entry
    }
    guard let entry else { return }
    if !answersCancelled, let progress = entry.progress {
      progress.silence()
      connection.silence(progress.form.token)
    }
    entry.task?.cancel()
  }

  /// Ends the session; when `shutdown` is being worked on, after its answer.
  ///
  /// - Parameter id: Of an `exit` that is a request, as some clients send it. It is the last to be answered.
  private func exit(answering id: RequestID? = nil, _ slot: BatchAnswer.Slot? = nil) {
    let (shutdown, isTaken) = state.withLock { state in
      (state.shutdown, id.map { state.inFlight[$0] != nil } ?? false)
    }
    if shutdown == nil { stopAll(Dispatcher.exiting) }
    if isTaken {
      answer(nil, .failure(Dispatcher.duplicate), slot)
    } else if let id, let shutdown {
      start(id, "exit", nil, slot) { _, _ in
        {
          try? await shutdown.wait()
          return nil
        }
      }
    } else if let id {
      answer(id, .success(nil), slot)
    }
    // Not the session's end yet while an answer that was ready before is still being sent.
    endInput()
  }

  /// How long a piped request may keep those after it waiting. After one that takes longer, all others are begun at once.
  private static let orderPatience = Duration.seconds(1)

  /// - Parameter patience: nil: as long as it takes.
  /// - Returns: Whether all of these were answered in time.
  private func wait(for answers: [Eventual<Void>], atMost patience: Duration?) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for answer in answers { guard (try? await answer.wait()) != nil else { return false } }
        return true
      }
      if let patience {
        group.addTask {
          try? await Task.sleep(for: patience)
          return false
        }
      }
      defer { group.cancelAll() }
      return await group.next() ?? true
    }
  }

  /// How much longer than an editor that waits for `shutdown` a session that was piped in at once may take.
  private static let pipedPatience = 10

  /// Returns when these requests are answered; those that outlast the dialect's patience are stopped.
  private func finish(_ earlier: [RequestID: InFlight]) async {
    let patience = state.withLock { $0.dialect.shutdownPatience }
    let answers = earlier.values.map(\.answered)
    if await wait(for: answers, atMost: patience) { return }
    let isPiped = state.withLock { $0.isInputOver }
    if isPiped, let patience, await wait(for: answers, atMost: patience * Dispatcher.pipedPatience) { return }
    stop(earlier, Dispatcher.exiting)
  }

  private static let exiting = ErrorObject(.serverCancelled, "The service was told to exit; the work was stopped.")
  private static let ending = ErrorObject(.serverCancelled, "The service is ending and takes no more requests.")
  private static let duplicate = ErrorObject(.invalidRequest, "A request with this id is still being worked on.")

  private var isBusy: Bool { state.withLock { !$0.inFlight.isEmpty } }

  private func receiveRequest(_ id: RequestID, _ method: String, _ params: JSONValue?, _ slot: BatchAnswer.Slot?) {
    if method == "exit", case .exit = state.withLock({ $0.dialect.hear(method, params) }) {
      return exit(answering: id, slot)
    }
    do throws(Refusal) {
      let handler = try state.withLock { state throws(Refusal) in
        if state.isInputOver { throw Refusal(id: id, error: Dispatcher.ending) }
        guard state.inFlight[id] == nil else { throw Refusal(id: nil, error: Dispatcher.duplicate) }
        guard state.inFlight.count < requestLimit else { throw Refusal(id: id, error: .tooManyRequests(requestLimit)) }
        do throws(ErrorObject) {
          return try state.dialect.admit(method, params, inBatch: slot != nil)
        } catch {
          throw Refusal(id: id, error: error)
        }
      }
      switch handler {
      case .inline(let body) where method == "shutdown" && isBusy:
        start(id, method, params, slot) { [self] params, _ in
          let earlier = state.withLock { $0.inFlight.filter { $0.key != id } }
          return {
            await self.finish(earlier)
            return try body(params)
          }
        }
      case .inline(let body):
        answer(id, Result { try body(params) }.mapError(ErrorObject.init(describing:)), slot)
      case .task(let begin): start(id, method, params, slot, begin)
      }
    } catch {
      answer(error.id, .failure(error.error), slot)
    }
  }

  /// Why a request is not worked on, and the id to say so under.
  private struct Refusal: Error {
    var id: RequestID?
    var error: ErrorObject
  }

  private func start(
    _ id: RequestID,
    _ method: String,
    _ params: JSONValue?,
    _ slot: BatchAnswer.Slot?,
    _ begin: Router.Begin
  ) {
    let dialect = state.withLock { $0.dialect }
    let isInitialize = method == "initialize"
    let prepared: Prepared
    do throws(ErrorObject) {
      prepared = try dialect.prepare(method, params)
    } catch {
      if isInitialize { state.withLock { $0.dialect.initializeFailed() } }
      return answer(id, .failure(error), slot)
    }
    let work = prepared.progress.map { show($0) }
    let entry = InFlight(isShutdown: method == "shutdown", progress: work, slot: slot)
    let context = RequestContext(
      id: id,
      progress: work?.progress ?? .silent,
      answered: entry.answered,
      notify: { [connection] method, params in
        guard let notification = prepared.notification(method, params) else { return }
        connection.notify(notification.method, params: notification.params)
      },
      waitForRoom: { [connection] in await connection.waitForRoom() },
      waitUntilWritten: { [connection] in await connection.waitUntilWritten() }
    )
    state.withLock { state in
      state.inFlight[id] = entry
      guard isInitialize else { return }
      state.isInitializing = true
      state.held = state.held ?? []
      state.released = state.released ?? Eventual()
    }
    let body = Result { try begin(prepared.params, context) }
    // The table owns the task: it is cancelled there, and ends by taking itself out.
    let task = Task {
      let outcome: Result<JSONValue, ErrorObject>
      do {
        outcome = .success(try await body.get()())
        work?.end("done")
      } catch {
        let error = ErrorObject(describing: error)
        outcome = .failure(error)
        work?.end(error.message)
      }
      finish(id, outcome)
      if isInitialize { await release(isInitialized: (try? outcome.get()) != nil) }
    }
    let isCancelled = state.withLock { state in
      state.inFlight[id]?.task = task
      return state.inFlight[id]?.isCancelled ?? false
    }
    if isCancelled { task.cancel() }
  }

  private func show(_ plan: ProgressPlan) -> RequestProgress {
    let form = plan.form
    return RequestProgress(form, title: plan.title, invite: plan.invite) { [connection] params, isLast in
      connection.report(form.notification, params: params, token: form.token, isLast: isLast)
    }
  }

  private func finish(_ id: RequestID, _ outcome: Result<JSONValue, ErrorObject>) {
    let (entry, isAnswered) = state.withLock { state -> (InFlight?, Bool) in
      guard let entry = state.inFlight.removeValue(forKey: id) else { return (nil, false) }
      state.beingSent += 1
      return (entry, !entry.isCancelled || state.dialect.answersCancelled)
    }
    guard let entry else { return }
    if isAnswered { answer(id, outcome, entry.slot) } else { entry.slot?.fill(nil) }
    entry.answered.resolve(())
    let isOver = state.withLock { state in
      state.beingSent -= 1
      return state.isOver
    }
    if isOver { sessionEnded() }
  }

  private func answer(_ id: RequestID?, _ outcome: Result<JSONValue, ErrorObject>, _ slot: BatchAnswer.Slot?) {
    state.withLock { $0.answered += 1 }
    var message: [UInt8] = []
    switch outcome {
    case .success(let result): Envelope.response(id: id, result: result, into: &message)
    case .failure(let error): Envelope.response(id: id, error: error, into: &message)
    }
    let room = slot?.room ?? connection.limits.message
    if message.count > room {
      let error = ErrorObject.tooLong(message.count, limit: room)
      message = []
      Envelope.response(id: id, error: error, into: &message)
    }
    if let slot { slot.fill(message) } else { connection.send(message) }
  }
}
