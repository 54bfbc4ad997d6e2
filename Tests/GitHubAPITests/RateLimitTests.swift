import Concurrency
import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import GitHubAPI

@Suite struct RateLimitTests {
  typealias Headers = [(name: String, value: String)]

  private static let token = ScriptedTransport.Answer.answer(status: 201, #"{"token":"T"}"#)

  private static func refused(_ status: Int, _ message: String, _ headers: Headers = []) -> ScriptedTransport.Answer {
    .answer(status: status, #"{"message":"\#(message)"}"#, headers: headers)
  }

  @Test(
    arguments: [
      (403, "You have exceeded a secondary rate limit.", [("retry-after", "7")], 7),
      (429, "You have exceeded a secondary rate limit.", [("retry-after", "7")], 7),
      (403, "You have exceeded a secondary rate limit.", [], 60), (429, "", [], 60),
      (
        403, "API rate limit exceeded for user.",
        [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000031")],
        31
      ),
      (
        429, "API rate limit exceeded for user.",
        [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000031")],
        31
      ),
    ] as [(Int, String, Headers, Int)]
  )
  func aShortLimitIsWaitedOutWhateverItsStatus(
    status: Int,
    message: String,
    headers: Headers,
    seconds: Int
  ) async throws {
    let scripted = try Scripted(ScriptedTransport([Self.refused(status, message, headers), Self.token]))
    #expect(try await scripted.client.registrationToken(for: scripted.scope).exposed == "T")
    #expect(scripted.waits.withLock { $0 } == [.seconds(seconds)])
  }

  @Test func aLongLimitIsTold() async throws {
    let headers: Headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800002000")]
    let scripted = try Scripted(ScriptedTransport([Self.refused(403, "API rate limit exceeded", headers), Self.token]))
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == .rateLimited && failure.retryable && failure.details["retryAfterSeconds"] == "2000")
    #expect(scripted.waits.withLock { $0.isEmpty })
  }

  @Test func aLimitThatDoesNotEndIsTold() async throws {
    let scripted = try Scripted(ScriptedTransport([Self.refused(429, "secondary rate limit", [("retry-after", "5")])]))
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == .rateLimited)
    #expect(scripted.waits.withLock { $0 } == [.seconds(5), .seconds(5)])
  }

  @Test func manyWhoLookAtTheSameTimeShareAList() async throws {
    let scripted = try Scripted(#"{"total_count":1,"runners":[{"id":1,"name":"r1"}]}"#)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          let runners = try await scripted.client.recentRunners(in: scripted.scope)
          #expect(runners.map(\.id) == [1])
        }
      }
      try await group.waitForAll()
    }
    #expect(scripted.transport.requests.count == 1)
  }
}
