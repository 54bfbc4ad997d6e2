import Concurrency
import JSON
package import JSONRPC
import Reporting

/// From a message to its one answer: ids in flight, cancellation, batches.
///
/// A handler returns its result; only `finish` answers, and it takes the id out of the table in the same step, so that
/// no request can be answered twice or not at all.
package final class Dispatcher: Sendable {
  private struct InFlight {
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
    /// Everything waits for `initialize`, which brings settings.
    var initializing: Task<Void, Never>?
    /// Answers on their way to the outbox: their ids are free again, the session is not over.
    var beingSent = 0
    var answered = 0
    var isInputOver = false

    var isOver: Bool { isInputOver && inFlight.isEmpty && beingSent == 0 }
  }

  private let state: Locked<State>
  private let connection: Connection
  private let requests: ClientRequests
  private let parts: DialectParts
  private let requestLimit: Int
  private let sessionEnded: @Sendable () -> Void

  /// - Parameters:
  ///   - watchClient: Told the process that the client says it is.
  ///   - sessionEnded: Called when nothing more is to come or to answer; more than once does no harm.
  package init(
    connection: Connection,
    router: Router,
    requestLimit: Int = 1024,
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
      watchClient: watchClient
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

  package func receive(_ incoming: Incoming) {
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

  /// No more requests will come; what was accepted is finished and answered.
  package func inputEnded() {
    let isOver = state.withLock { state in
      state.isInputOver = true
      return state.isOver
    }
    if isOver { sessionEnded() }
  }

  /// Answers everything still running with `error` and asks it to stop; what the handlers return later is dropped.
  func stopAll(_ error: ErrorObject) {
    let running = state.withLock { $0.inFlight }
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
    case .exit:
      stopAll(ErrorObject(.serverCancelled, "The service was told to exit; the work was stopped."))
      // Not the session's end yet while an answer that was ready before is still being sent.
      inputEnded()
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

  private static let ending = ErrorObject(.serverCancelled, "The service is ending and takes no more requests.")
  private static let duplicate = ErrorObject(.invalidRequest, "A request with this id is still being worked on.")

  private func receiveRequest(_ id: RequestID, _ method: String, _ params: JSONValue?, _ slot: BatchAnswer.Slot?) {
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
    let (dialect, initializing) = state.withLock { ($0.dialect, $0.initializing) }
    let prepared: Prepared
    do throws(ErrorObject) {
      prepared = try dialect.prepare(method, params)
    } catch {
      return answer(id, .failure(error), slot)
    }
    let work = prepared.progress.map { show($0) }
    let entry = InFlight(progress: work, slot: slot)
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
    state.withLock { $0.inFlight[id] = entry }
    let body = Result { try begin(prepared.params, context) }
    // The table owns the task: it is cancelled there, and ends by taking itself out.
    let task = Task {
      await initializing?.value
      do {
        let result = try await body.get()()
        work?.end("done")
        finish(id, .success(result))
      } catch {
        let error = ErrorObject(describing: error)
        work?.end(error.message)
        finish(id, .failure(error))
      }
    }
    let isCancelled = state.withLock { state in
      state.inFlight[id]?.task = task
      if method == "initialize" { state.initializing = task }
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
    if isAnswered { answer(id, outcome, entry.slot) }
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
