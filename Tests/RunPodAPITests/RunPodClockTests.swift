import Concurrency
import FoundationEssentials
import HTTP
import RunPodAPI
import Testing

@Suite struct RunPodClockTests {
  private let told = Locked<[String]>([])
  private let local = Date(timeIntervalSince1970: 1_800_000_000)

  private func clock() -> RunPodClock {
    RunPodClock(local: { local }, notice: { [told] text in told.withLock { $0.append(text) } })
  }

  @Test func clocksThatAgreeAreLeftAlone() {
    let clock = clock()
    #expect(!clock.isKnown)
    clock.hear(local - 59)
    #expect(clock.isKnown)
    #expect(clock.now() == local)
    #expect(told.withLock { $0.isEmpty })
  }

  @Test func aClockThatIsAheadIsToldOnceAndNotBelieved() {
    let clock = clock()
    clock.hear(local - 25 * 3600)
    clock.hear(local - 25 * 3600 - 2)
    #expect(clock.now() == local - 25 * 3600 - 2)
    #expect(told.withLock { $0.count == 1 && $0[0].contains("1500 minutes ahead") })
    // Someone has set it.
    clock.hear(local)
    #expect(clock.now() == local)
    #expect(told.withLock { $0.count == 1 })
  }

  @Test func onlyAcceptedCallsTellTheTime() async throws {
    let clock = clock()
    func answer(_ status: Int, _ date: String) async throws {
      let transport = DatedTransport(Fixed(status: status, date: date), clock: clock)
      _ = try await transport.send(HTTPRequest(url: "https://api.example"))
    }
    try await answer(401, "Fri, 15 Jan 2027 10:00:00 GMT")
    try await answer(502, "Fri, 15 Jan 2027 10:00:00 GMT")
    try await answer(200, "soon")
    #expect(!clock.isKnown)
    try await answer(200, "Fri, 15 Jan 2027 10:00:00 GMT")
    #expect(clock.now() == local + 7200)
  }
}

private struct Fixed: HTTPTransport {
  let status: Int
  let date: String

  func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    HTTPResponse(status: status, headers: [(name: "date", value: date)])
  }
}
