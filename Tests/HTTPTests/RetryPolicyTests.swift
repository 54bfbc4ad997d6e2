import Concurrency
import FoundationEssentials
import Testing

@testable import HTTP

@Suite struct RetryPolicyTests {
  private let start = Date(timeIntervalSince1970: 1_800_000_000)
  private let policy = RetryPolicy(
    attempts: 3,
    backoff: Backoff(first: .seconds(1), limit: .seconds(10), jitter: 0.5),
    deadline: .seconds(20)
  )

  @Test(arguments: [200, 204, 301, 400, 401, 403, 404, 409, 410, 422])
  func whatTheServerMeansIsDelivered(status: Int) {
    var attempts = policy.begin(at: start)
    #expect(attempts.decide(after: .answered(status: status, retryAfter: nil), at: start) == .deliver)
  }

  @Test(arguments: [429, 500, 502, 503, 504, 524])
  func whatMayPassIsTriedAgainAFewTimes(status: Int) {
    var attempts = policy.begin(at: start)
    let busy = RetryPolicy.Outcome.answered(status: status, retryAfter: nil)
    #expect(attempts.decide(after: busy, at: start, random: 0) == .wait(.milliseconds(500)))
    #expect(attempts.decide(after: busy, at: start, random: 1) == .wait(.seconds(2)))
    #expect(attempts.decide(after: busy, at: start) == .deliver)
  }

  @Test(arguments: [
    (HTTPFailure.Reason.unreachable, true), (.timedOut, true), (.broken, true), (.badRequest, false),
    (.tooLarge, false),
  ])
  func brokenConnectionsAreTriedAgain(reason: HTTPFailure.Reason, again: Bool) {
    var attempts = policy.begin(at: start)
    #expect((attempts.decide(after: .unanswered(reason), at: start) != .deliver) == again)
  }

  @Test func theServersWishIsGranted() {
    var attempts = policy.begin(at: start)
    #expect(attempts.decide(after: .answered(status: 429, retryAfter: .seconds(7)), at: start) == .wait(.seconds(7)))
  }

  @Test func noWaitEndsAfterTheDeadline() {
    var attempts = policy.begin(at: start)
    #expect(attempts.decide(after: .answered(status: 429, retryAfter: .seconds(21)), at: start) == .deliver)
    attempts = policy.begin(at: start)
    #expect(attempts.decide(after: .unanswered(.timedOut), at: start + 19.9) == .deliver)
  }

  /// 429 means that nothing was done; whatever else went wrong may have been done.
  @Test func aCreationIsSentAgainOnlyAfterTooManyRequests() {
    var attempts = RetryPolicy.unrepeatable.begin(at: start)
    #expect(attempts.decide(after: .answered(status: 429, retryAfter: .seconds(7)), at: start) == .wait(.seconds(7)))
    #expect(attempts.decide(after: .answered(status: 429, retryAfter: .seconds(61)), at: start) == .deliver)
    for status in [500, 502, 503, 524] {
      var attempts = RetryPolicy.unrepeatable.begin(at: start)
      #expect(attempts.decide(after: .answered(status: status, retryAfter: .zero), at: start) == .deliver)
    }
    for reason in [HTTPFailure.Reason.unreachable, .timedOut, .broken] {
      var attempts = RetryPolicy.unrepeatable.begin(at: start)
      #expect(attempts.decide(after: .unanswered(reason), at: start) == .deliver)
    }
  }

  @Test func aPageIsNeverQuoted() {
    let page = HTTPResponse(status: 502, body: Array("  <!DOCTYPE html><title>Bad gateway</title>".utf8))
    #expect(page.excerpt() == "a web page of 43 bytes")
    #expect(page.excerptOfPage(limit: 80) == "a web page of 43 bytes")
  }

  @Test func theDriverWaitsAsItIsTold() async throws {
    let server = try LocalServer()
    let transport = CurlTransport(configuration: .init(userAgent: "runpod-rpc/0.0"))
    let waits = Locked<[Duration]>([])
    let time = TimeSource(now: { [start] in start }, sleep: { wait in waits.withLock { $0.append(wait) } })
    let request = HTTPRequest(url: server.url("/busy"))
    let response = try await transport.send(request, policy: policy, time: time)
    #expect(response.status == 503)
    #expect(response.retryAfter == .seconds(3))
    #expect(waits.withLock { $0 } == [.seconds(3), .seconds(3)])
    #expect(server.history.requests.count == 3)
  }
}
