import Concurrency
import Testing

@testable import HTTP

@Suite struct CurlTransportTests {
  private let server: LocalServer
  private let transport = CurlTransport(configuration: .init(userAgent: "runpod-rpc/0.0", responseLimit: 50_000))
  private let clock = ContinuousClock()

  init() throws { server = try LocalServer() }

  private func get(_ path: String, timeout: Duration = .seconds(10)) async throws -> HTTPResponse {
    try await transport.send(HTTPRequest(url: server.url(path), timeout: timeout))
  }

  private func failure(_ path: String, timeout: Duration = .seconds(10)) async throws -> HTTPFailure {
    try #require(await #expect(throws: HTTPFailure.self) { try await get(path, timeout: timeout) })
  }

  @Test func aPostArrivesAsItWasMade() async throws {
    let response = try await transport.send(
      HTTPRequest(
        method: "POST",
        url: server.url("/echo"),
        headers: [("Authorization", "Bearer key"), ("X-Empty", "")],
        body: Array(#"{"query":"ä"}"#.utf8)
      )
    )
    #expect(response.status == 200)
    #expect(response.header("x-served-by") == "local")
    let request = String(decoding: response.body, as: UTF8.self)
    #expect(request.hasPrefix("POST /echo HTTP/1.1\r\n"))
    #expect(request.hasSuffix("\r\n\r\n" + #"{"query":"ä"}"#))
    #expect(request.contains("User-Agent: runpod-rpc/0.0\r\n"))
    #expect(request.contains("Authorization: Bearer key\r\n"))
    #expect(request.contains("X-Empty:"))
    #expect(!request.contains("Expect:"))
  }

  @Test func aLongBodyGoesOutAtOnce() async throws {
    let body = [UInt8](repeating: UInt8(ascii: "b"), count: 20_000)
    let request = HTTPRequest(method: "PUT", url: server.url("/echo"), body: body)
    #expect(try await transport.send(request).body.suffix(20_000) == body[...])
    #expect(server.history.requests.allSatisfy { $0.hasPrefix("PUT ") && !$0.contains("100-continue") })
  }

  @Test(arguments: ["POST", "DELETE"]) func aMethodNeedsNoBody(method: String) async throws {
    let response = try await transport.send(HTTPRequest(method: method, url: server.url("/echo")))
    #expect(String(decoding: response.body, as: UTF8.self).hasPrefix("\(method) /echo"))
  }

  /// Each byte comes in time, and the whole never: the policy's time is for all sends together.
  @Test func anAnswerThatTricklesHasAnEnd() async throws {
    let policy = RetryPolicy(attempts: 4, backoff: Backoff(first: .zero, limit: .zero), deadline: .milliseconds(600))
    let request = HTTPRequest(url: server.url("/drip"), timeout: .milliseconds(250))
    let start = clock.now
    let failure = await #expect(throws: HTTPFailure.self) {
      try await transport.send(request, policy: policy, time: .system)
    }
    #expect(failure?.reason == .timedOut)
    #expect(clock.now - start >= .milliseconds(500))
    // Two on an idle machine; each but the last takes its 250 ms at least.
    #expect((1...3).contains(server.history.requests.count), "\(server.history.requests.count) sends")
  }

  @Test func aConnectionIsUsedAgain() async throws {
    for _ in 0..<5 { _ = try await get("/echo") }
    #expect(server.history.connections == 1)
  }

  /// libcurl repeats by itself what got no answer on a connection that it had kept.
  @Test func whatMustNotComeTwiceIsSentOnce() async throws {
    _ = try await get("/echo")
    let request = HTTPRequest(method: "POST", url: server.url("/hang-up"), body: [1], isRepeatable: false)
    let failure = await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
    #expect(failure?.mayHaveReachedServer == true)
    #expect(server.history.requests.count { $0.hasPrefix("POST /hang-up") } == 1)
  }

  @Test func manyAtOnceAreAllAnswered() async throws {
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await get("/echo").status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 20))
  }

  @Test(arguments: ["/silent", "/drip"]) func theTimeLimitIsForTheWhole(path: String) async throws {
    let begin = clock.now
    let failure = try await failure(path, timeout: .milliseconds(300))
    #expect(failure.reason == .timedOut)
    #expect(failure.mayHaveReachedServer)
    // Each of these answers would take for ever.
    #expect(clock.now - begin >= .milliseconds(290))
  }

  @Test func aBodyIsHandedOnAsItComes() async throws {
    let (pieces, sink) = AsyncStream.makeStream(of: [UInt8].self)
    let task = Task {
      try await transport.send(HTTPRequest(url: server.url("/drip"), timeout: .seconds(60))) { sink.yield($0) }
    }
    var received: [UInt8] = []
    // This answer has no end.
    for await piece in pieces {
      received += piece
      if received.count >= 3 { break }
    }
    #expect(received.allSatisfy { $0 == UInt8(ascii: "x") })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    while server.history.abandoned == 0 { try await Task.sleep(for: .milliseconds(2)) }
  }

  @Test func onlySuccessesAreHandedOnAndTheyMayBeLong() async throws {
    let count = Locked(0)
    let request = HTTPRequest(url: server.url("/big"))
    let response = try await transport.send(request) { piece in count.withLock { $0 += piece.count } }
    #expect(response.body.isEmpty)
    #expect(count.withLock { $0 } == 100_000)
    let busy = try await transport.send(HTTPRequest(url: server.url("/busy"))) { _ in count.withLock { $0 = -1 } }
    #expect(busy.status == 503)
    #expect(busy.excerpt() == "busy")
    #expect(count.withLock { $0 } == 100_000)
  }

  @Test func cancellingClosesTheConnection() async throws {
    let task = Task { try await get("/silent", timeout: .seconds(60)) }
    while server.history.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    while server.history.abandoned == 0 { try await Task.sleep(for: .milliseconds(2)) }
  }

  @Test func cancellingAtAnyMomentIsAnswered() async throws {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          let task = Task { try await get("/echo") }
          await Task.yield()
          task.cancel()
          _ = await task.result
        }
      }
    }
  }

  @Test(arguments: ["/hang-up", "/half"]) func aBrokenConnectionMayHaveDoneSomething(path: String) async throws {
    let failure = try await failure(path)
    #expect(failure.reason == .broken)
    #expect(failure.mayHaveReachedServer)
  }

  @Test func noConnectionHasDoneNothing() async throws {
    let closed = try { try LocalServer().port }()
    let request = HTTPRequest(url: "http://127.0.0.1:\(closed)/?api_key=hidden")
    let failure = try #require(await #expect(throws: HTTPFailure.self) { try await transport.send(request) })
    #expect(failure.reason == .unreachable)
    #expect(!failure.mayHaveReachedServer)
    #expect(!"\(failure) \(request)".contains("hidden"))
  }

  @Test func anAnswerThatIsTooLongIsNotTaken() async throws {
    #expect(try await failure("/big").reason == .tooLarge)
  }

  @Test func onlyReadsAreRedirected() async throws {
    let response = try await get("/moved")
    #expect(response.status == 200)
    #expect(response.header("X-Hop") == nil)
    let post = HTTPRequest(method: "POST", url: server.url("/moved"), body: [])
    #expect(try await transport.send(post).status == 302)
  }

  @Test func nothingButHTTPIsSpoken() async throws {
    _ = try await failure("/to-file")
    let file = HTTPRequest(url: "file:///etc/hostname")
    let failure = try #require(await #expect(throws: HTTPFailure.self) { try await transport.send(file) })
    #expect(failure.reason == .badRequest)
  }

  @Test func aHeaderCannotHoldAnother() async throws {
    let request = HTTPRequest(url: server.url("/echo"), headers: [("X-Name", "a\r\nX-Other: b")])
    await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
    #expect(server.history.requests.isEmpty)
  }
}
