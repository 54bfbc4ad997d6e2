import Concurrency
import JSON
import JSONRPC

/// Our requests to the client: few, each with a time limit, and none of them holds a thread while it waits.
final class ClientRequests: Sendable {
  private struct State {
    var count = 0
    var waiting: [RequestID: CheckedContinuation<JSONValue, any Error>] = [:]
  }

  private let connection: Connection
  private let limit: Int
  private let state = Locked(State())

  /// - Parameter limit: How many may be unanswered at a time.
  init(connection: Connection, limit: Int = 100) {
    self.connection = connection
    self.limit = limit
  }

  /// - Throws: `ErrorObject` with the client's refusal, or when it does not answer in time; `CancellationError`.
  func ask(_ method: String, _ params: JSONValue, within deadline: Duration = .seconds(10)) async throws -> JSONValue {
    let id = nextToken()
    let clock = Task {
      guard (try? await Task.sleep(for: deadline)) != nil else { return }
      self.settle(id, .failure(ErrorObject(.internalError, "The client did not answer \(method).")))
    }
    defer { clock.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isTaken = state.withLock { state in
          guard state.waiting.count < limit else { return false }
          state.waiting[id] = continuation
          return true
        }
        guard isTaken else {
          return continuation.resume(throwing: ErrorObject(.serverBusy, "The client owes us \(limit) answers."))
        }
        if Task.isCancelled { return settle(id, .failure(CancellationError())) }
        connection.request(method, params: params, id: id)
      }
    } onCancel: {
      settle(id, .failure(CancellationError()))
    }
  }

  /// A name that no client uses, for a request or for progress of ours.
  func nextToken() -> RequestID {
    let count = state.withLock { state in
      state.count += 1
      return state.count
    }
    return .string("runpod-rpc/\(count)")
  }

  /// Takes an answer of the client; one that nobody waits for is nothing.
  func receive(_ id: RequestID, _ result: JSONValue?, _ error: JSONValue?) {
    if let result, error == nil { return settle(id, .success(result)) }
    let message = error?["message"]?.stringValue ?? "The client refused."
    settle(id, .failure(ErrorObject(ErrorCode(rawValue: error?["code"]?.intValue ?? 0), message)))
  }

  private func settle(_ id: RequestID, _ outcome: Result<JSONValue, any Error>) {
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(with: outcome)
  }
}
