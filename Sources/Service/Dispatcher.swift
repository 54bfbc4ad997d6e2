import Concurrency
import JSON
import JSONRPC
import Reporting

/// From a message to its one answer: lifecycle, ids in flight, cancellation, batches.
///
/// A handler returns its result; only `finish` answers, and it takes the id out of the table in the same step, so that
/// no request can be answered twice or not at all.
final class Dispatcher: Sendable {
  private struct InFlight {
    var task: Task<Void, Never>?
    var isCancelled = false
    var batch: BatchAnswer?
  }

  private struct State {
    var lifecycle = Lifecycle()
    var inFlight: [RequestID: InFlight] = [:]
    /// Answers on their way to the outbox: their ids are free again, the session is not over.
    var beingSent = 0
    var answered = 0
    var isInputOver = false

    var isOver: Bool { isInputOver && inFlight.isEmpty && beingSent == 0 }
  }

  private let state = Locked(State())
  private let connection: Connection
  private let handlers: [String: Router.Handler]
  private let requestLimit: Int
  private let sessionEnded: @Sendable () -> Void

  /// - Parameter sessionEnded: Called when nothing more is to come or to answer; more than once does no harm.
  init(
    connection: Connection,
    router: Router,
    requestLimit: Int = 1024,
    sessionEnded: @escaping @Sendable () -> Void
  ) {
    self.connection = connection
    handlers = router.handlers
    self.requestLimit = requestLimit
    self.sessionEnded = sessionEnded
  }

  var exitCode: Int32 { state.withLock { $0.lifecycle.exitCode } }

  var figures: (dialect: Dialect, inFlight: Int, answered: Int) {
    state.withLock { ($0.lifecycle.dialect ?? .script, $0.inFlight.count, $0.answered) }
  }

  func receive(_ incoming: Incoming) {
    state.withLock { $0.lifecycle.meet(incoming) }
    switch incoming {
    case .single(let message): receive(message, batch: nil)
    case .batch(let messages):
      guard state.withLock({ $0.lifecycle.dialect == .script }) else {
        connection.respond(to: nil, error: ErrorObject(.invalidRequest, "This dialect has no batches."))
        return
      }
      let batch = BatchAnswer(count: messages.count) { [connection] answer in connection.send(answer) }
      for message in messages { receive(message, batch: batch) }
    }
  }

  /// No more requests will come; what was accepted is finished and answered.
  func inputEnded() {
    let isOver = state.withLock { state in
      state.isInputOver = true
      return state.isOver
    }
    if isOver { sessionEnded() }
  }

  /// Answers everything still running with `error` and asks it to stop; what the handlers return later is dropped.
  func stopAll(_ error: ErrorObject) {
    let running = state.withLock { $0.inFlight.mapValues(\.task) }
    for id in running.keys { finish(id, .failure(error)) }
    for task in running.values { task?.cancel() }
  }

  private func receive(_ message: Message, batch: BatchAnswer?) {
    switch message {
    case .request(let id, let method, let params): receiveRequest(id, method, params, batch)
    case .notification(let method, let params):
      receiveNotification(method, params)
      batch?.skip()
    case .invalid(let id, let error): answer(id, .failure(error), batch)
    case .response, .ignored: batch?.skip()
    }
  }

  private func receiveNotification(_ method: String, _ params: JSONValue?) {
    switch method {
    case "exit":
      stopAll(ErrorObject(.serverCancelled, "The service was told to exit; the work was stopped."))
      sessionEnded()
    case "$/cancelRequest", "notifications/cancelled":
      guard let id = (params?["id"] ?? params?["requestId"]).flatMap({ RequestID($0) }) else { return }
      cancel(id)
    default:
      guard !method.hasPrefix("$/"), let handler = handlers[method] else { return }
      if case .inline(let body) = handler { _ = try? body(params) }
    }
  }

  private func cancel(_ id: RequestID) {
    let task = state.withLock { state in
      state.inFlight[id]?.isCancelled = true
      return state.inFlight[id]?.task
    }
    task?.cancel()
  }

  private func receiveRequest(_ id: RequestID, _ method: String, _ params: JSONValue?, _ batch: BatchAnswer?) {
    let refusal = state.withLock { state -> (RequestID?, ErrorObject)? in
      guard state.inFlight[id] == nil else {
        return (nil, ErrorObject(.invalidRequest, "A request with this id is still being worked on."))
      }
      if let error = state.lifecycle.admit(request: method, inBatch: batch != nil) { return (id, error) }
      guard state.inFlight.count < requestLimit else {
        let message = "\(requestLimit) requests are being worked on; send this one again later."
        return (id, ErrorObject(.serverBusy, message, data: ["kind": "busy", "retryable": true]))
      }
      return nil
    }
    if let (id, error) = refusal { return answer(id, .failure(error), batch) }
    switch handlers[method] {
    case nil: answer(id, .failure(ErrorObject(.methodNotFound, "There is no method \(method).")), batch)
    case .inline(let body):
      answer(id, Result { try body(params) }.mapError(ErrorObject.init(describing:)), batch)
    case .task(let body): start(id, method, params, batch, body)
    }
  }

  private func start(
    _ id: RequestID,
    _ method: String,
    _ params: JSONValue?,
    _ batch: BatchAnswer?,
    _ body: @escaping @Sendable (JSONValue?, RequestContext) async throws -> JSONValue
  ) {
    var params = params
    let token = params?["workDoneToken"]
    if case .object(var members) = params {
      members["workDoneToken"] = nil
      params = .object(members)
    }
    let work = token.map { WorkDoneProgress(token: $0, title: method, connection: connection) }
    let context = RequestContext(id: id, progress: work?.progress ?? .silent, connection: connection)
    state.withLock { $0.inFlight[id] = InFlight(batch: batch) }
    // The table owns the task: it is cancelled there, and ends by taking itself out.
    let task = Task { [params] in
      do {
        let result = try await body(params, context)
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
      return state.inFlight[id]?.isCancelled ?? false
    }
    if isCancelled { task.cancel() }
  }

  private func finish(_ id: RequestID, _ outcome: Result<JSONValue, ErrorObject>) {
    let entry = state.withLock { state in
      let entry = state.inFlight.removeValue(forKey: id)
      if entry != nil { state.beingSent += 1 }
      return entry
    }
    guard let entry else { return }
    answer(id, outcome, entry.batch)
    let isOver = state.withLock { state in
      state.beingSent -= 1
      return state.isOver
    }
    if isOver { sessionEnded() }
  }

  private func answer(_ id: RequestID?, _ outcome: Result<JSONValue, ErrorObject>, _ batch: BatchAnswer?) {
    state.withLock { $0.answered += 1 }
    var message: [UInt8] = []
    switch outcome {
    case .success(let result): Envelope.response(id: id, result: result, into: &message)
    case .failure(let error): Envelope.response(id: id, error: error, into: &message)
    }
    if let batch { batch.add(message) } else { connection.send(message) }
  }
}
