import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import GitHubAPI

@Suite struct GitHubClientTests {
  @Test func aTokenIsMintedWithTheRightHeaders() async throws {
    let scripted = try Scripted(status: 201, #"{"token":"AABB","expires_at":"2026-11-23T22:00:00Z"}"#)
    let token = try await scripted.client.registrationToken(for: scripted.scope)
    #expect(token.exposed == "AABB")
    let request = try #require(scripted.transport.requests.first)
    #expect(request.method == "POST")
    #expect(request.url == "https://api.github.com/repos/octo/repo/actions/runners/registration-token")
    #expect(request.headers.contains { $0 == ("Authorization", "Bearer ghp_secret") })
    #expect(request.headers.contains { $0 == ("Accept", "application/vnd.github+json") })
    #expect(request.headers.contains { $0 == ("X-GitHub-Api-Version", "2022-11-28") })
    _ = try await scripted.client.removeToken(for: scripted.scope)
    #expect(scripted.transport.requests.last?.url.hasSuffix("/actions/runners/remove-token") == true)
  }

  @Test func withoutATokenNothingIsAsked() async throws {
    let transport = ScriptedTransport(status: 201, "{}")
    let scripted = try Scripted(transport, token: nil)
    #expect(
      try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }.kind
        == .environmentIncomplete
    )
    #expect(transport.requests.isEmpty)
  }

  @Test func runnersComeFromAllPagesAndByExactName() async throws {
    let page = (1...100).map { #"{"id":\#($0),"name":"r\#($0)","os":"Linux","status":"online","busy":false}"# }
    let scripted = try Scripted(
      ScriptedTransport([
        .answer(#"{"total_count":101,"runners":[\#(page.joined(separator: ","))]}"#),
        .answer(
          """
          {"total_count":101,"runners":[{"id":101,"name":"r1","os":"linux","status":"offline","busy":true,
          "labels":[{"id":1,"name":"self-hosted","type":"read-only"},{"name":"gpu"}],"ephemeral":true,"version":null}]}
          """
        ),
      ])
    )
    let runners = try await scripted.client.runners(in: scripted.scope, name: "r1")
    #expect(runners.map(\.id) == [1, 101])
    #expect(runners.last?.labels == ["self-hosted", "gpu"])
    #expect(runners.last?.ephemeral == true)
    let urls = scripted.transport.requests.map(\.url)
    #expect(urls.map { $0.contains("per_page=100&page=1&name=r1") } == [true, false])
    #expect(urls.count == 2)
  }

  @Test func aNameIsEscaped() async throws {
    let scripted = try Scripted(#"{"total_count":0,"runners":[]}"#)
    _ = try await scripted.client.runners(in: scripted.scope, name: "a b&ü")
    #expect(scripted.transport.requests.first?.url.hasSuffix("&name=a%20b%26%C3%BC") == true)
  }

  @Test func deletingWhatIsGoneIsDone() async throws {
    let gone = try Scripted(status: 404, #"{"message":"Not Found","status":"404"}"#)
    try await gone.client.deleteRunner(id: 7, in: gone.scope)
    #expect(gone.transport.requests.first?.method == "DELETE")
    let busy = try Scripted(
      status: 422,
      #"{"message":"Bad request - Runner \"r\" is still running a job","status":"422"}"#
    )
    let failure = try await busy.failure { try await $0.deleteRunner(id: 7, in: busy.scope) }
    #expect(failure.kind == .conflict)
    #expect(failure.retryable)
  }

  typealias Headers = [(name: String, value: String)]

  @Test(
    arguments: [
      (401, "Bad credentials", [], Failure.Kind.unauthorized, "GITHUB_TOKEN"),
      (
        403, "Resource not accessible by personal access token",
        [("x-accepted-github-permissions", "administration=write")], .forbidden, "administration=write"
      ),
      (
        403, "API rate limit exceeded for 1.2.3.4.",
        [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000090")],
        .rateLimited, "90 seconds"
      ),
      (403, "You have exceeded a secondary rate limit.", [("retry-after", "75")], .rateLimited, "75 seconds"),
      (429, "You have exceeded a secondary rate limit.", [("retry-after", "120")], .rateLimited, "120 seconds"),
      (
        404, "Not Found", [("X-GitHub-SSO", "required; url=https://github.com/orgs/o/sso?x=1")], .notFound,
        "orgs/o/sso?x=1"
      ),
      (409, "Already exists", [], .conflict, nil), (422, "Validation Failed", [], .apiFailure, nil),
      (502, "", [], .apiFailure, nil),
    ] as [(Int, String, Headers, Failure.Kind, String?)]
  )
  func aRefusalHasItsKind(
    status: Int,
    message: String,
    headers: Headers,
    kind: Failure.Kind,
    hint: String?
  ) async throws {
    let scripted = try Scripted(status: status, #"{"message":"\#(message)","status":"x"}"#, headers: headers)
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == kind)
    if let hint { #expect(failure.hint?.contains(hint) == true) }
    #expect(failure.message.contains("registration-token for octo/repo"))
  }

  @Test func anUnansweredCallIsTriedAgain() async throws {
    let scripted = try Scripted(
      ScriptedTransport([
        .cut(.timedOut, mayHaveReachedServer: true), .answer(status: 502, ""), .answer(#"{"token":"T"}"#),
      ])
    )
    #expect(try await scripted.client.registrationToken(for: scripted.scope).exposed == "T")
  }

  @Test func aTokenInAnAnswerThatBreaksOffIsNotTold() async throws {
    let scripted = try Scripted(#" {"token":"A5EAF85C9A72B33EAC19FEE9A6BA7","expires_at":"#)
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == .apiFailure)
    #expect(!"\(failure)".contains("A5EAF85C9A72B33EAC19FEE9A6BA7"))
    #expect(failure.message.contains("55 bytes"))
  }

  @Test func whatIsNotGitHubIsSaid() async throws {
    let scripted = try Scripted("<html>Sign in</html>")
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == .apiFailure)
    #expect(failure.message.contains("a web page of 20 bytes"))
    #expect(failure.hint?.contains("GITHUB_API_URL") == true)
  }
}
