import Concurrency
package import HTTP

/// A transport that gives prepared answers in turn and remembers what was asked.
package final class ScriptedTransport: HTTPTransport {
  package typealias Answer = Result<HTTPResponse, HTTPFailure>

  private struct State: Sendable {
    var answers: [Answer]
    var requests: [HTTPRequest] = []
  }

  private let state: Locked<State>

  package init(_ answers: [Answer]) { state = Locked(State(answers: answers)) }

  package convenience init(status: Int = 200, _ body: String, headers: [(name: String, value: String)] = []) {
    self.init([.answer(status: status, body, headers: headers)])
  }

  package var requests: [HTTPRequest] { state.withLock { $0.requests } }

  package func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    let answer: Answer? = state.withLock { state in
      state.requests.append(request)
      // The last answer is given again and again.
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first
    }
    guard let answer else { throw HTTPFailure(.badRequest, "no answer was prepared", mayHaveReachedServer: false) }
    var response = try answer.get()
    guard let sink, 200...299 ~= response.status else { return response }
    // In pieces that respect nothing.
    for start in stride(from: 0, to: response.body.count, by: 7) { sink(Array(response.body[start...].prefix(7))) }
    response.body = []
    return response
  }
}

extension ScriptedTransport.Answer {
  package static func answer(
    status: Int = 200,
    _ body: String,
    headers: [(name: String, value: String)] = []
  ) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  package static func cut(_ reason: HTTPFailure.Reason, mayHaveReachedServer: Bool) -> Self {
    .failure(HTTPFailure(reason, "it was cut", mayHaveReachedServer: mayHaveReachedServer))
  }
}
