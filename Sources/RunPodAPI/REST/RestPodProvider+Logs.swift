import Concurrency
import HTTP
import JSON
import Reporting
import Values

extension RestPodProvider {
  /// The most lines that RunPod looks back.
  private static let longest = 5000
  /// A stream that is followed has no natural end; whoever follows it ends it.
  private static let patience = Duration.seconds(7 * 86_400)

  package func logs(
    id: String,
    from start: PodLogStart,
    output: @escaping @Sendable (PodLogLine) -> Void
  ) async throws {
    let events = Locked(EventStream())
    let response: HTTPResponse
    do {
      response = try await transport.send(request(id, from: start), policy: .repeatable, time: time) { piece in
        for event in events.withLock({ $0.take(piece) }) {
          if let line = PodLogLine(event) { output(line) }
        }
      }
    } catch let failure as HTTPFailure {
      throw APICall.logs.failure(failure)
    }
    if !(200...299 ~= response.status) { _ = try RestAnswer(response).value(of: .logs) }
  }

  private func request(_ id: String, from start: PodLogStart) -> HTTPRequest {
    var headers = [authorization, (name: "Accept", value: "text/event-stream")]
    var query = ""
    switch start {
    case .last(let count): query = "?tail=\(min(max(0, count), Self.longest))"
    case .after(let mark): headers.append((name: "Last-Event-ID", value: mark))
    }
    return HTTPRequest(url: "\(url)\(path(id))/logs\(query)", headers: headers, timeout: Self.patience)
  }
}

extension PodLogLine {
  fileprivate init?(_ event: EventStream.Event) {
    guard let json = try? JSONValue(parsing: Array(event.data.utf8)), let text = json["line"]?.stringValue else {
      return nil
    }
    self.init(
      time: json["ts"]?.stringValue?.visible ?? "",
      source: json["source"]?.stringValue.flatMap(Source.init),
      text: text,
      // It is sent back as a header.
      mark: Label(rawValue: event.id)?.rawValue ?? ""
    )
  }
}
