import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct RefusalTests {
  @Test(
    arguments: [
      (
        "There are no longer any instances available with the requested specifications. Please refresh and try again.",
        "SUPPLY_CONSTRAINT", Failure.Kind.noCapacity
      ),
      (
        "There are no longer any instances available with the request specifications. Please try again later.",
        nil, .noCapacity
      ),
      (
        "There are no instances available with the request specifications. Please try again later.",
        nil, .noCapacity
      ),
      ("There are no longer any instances available with enough disk space.", nil, .noCapacity),
      (
        "This machine does not have the resources to deploy your pod. Please try a different machine",
        nil, .noCapacity
      ),
      ("create pod: There are no instances currently available", nil, .noCapacity),
      (
        "Your account balance is too low to rent a pod. Please add funds to your account.",
        "INSUFFICIENT_BALANCE", .insufficientBalance
      ),
      (
        "Renting this pod would put you over your current spending limit ($80.00/hr).",
        "INSUFFICIENT_BALANCE", .insufficientBalance
      ),
      ("Something went wrong. Please try again later or contact support.", "INTERNAL_SERVER_ERROR", .ambiguousOutcome),
      ("Unauthorized", "RUNPOD", .forbidden),
      ("A pod can have at most 50 environment variables.", "BAD_USER_INPUT", .configurationInvalid),
    ] as [(String, String?, Failure.Kind)]
  )
  func aRefusedCreationHasItsKind(message: String, code: String?, kind: Failure.Kind) async throws {
    let scripted = Scripted(refusal: message, code: code)
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.spot) }
    #expect(failure.kind == kind)
    #expect(failure.hint != nil)
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func nothingWithoutAReasonIsNoCapacity() async throws {
    let scripted = Scripted(#"{"data":{"podRentInterruptable":null}}"#)
    #expect(
      try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.spot) }.kind == .noCapacity
    )
  }

  @Test(arguments: [
    ("There are not enough free GPUs on the host machine to start this pod.", Failure.Kind.noCapacity, "host"),
    ("Cannot resume a spot pod as an on demand pod.", .conflict, "bidPerGpu"),
    ("Something went wrong. Please try again later or contact support.", .ambiguousOutcome, "list"),
  ])
  func aRefusedResumeSaysWhatToDo(message: String, kind: Failure.Kind, hint: String) async throws {
    let scripted = Scripted(refusal: message)
    let failure = try await scripted.failure { _ = try await $0.resume(id: "a", gpuCount: 1, bidPerGpu: nil) }
    #expect(failure.kind == kind)
    #expect(failure.hint?.contains(hint) == true)
  }

  @Test func terminatingWhatIsGoneIsDone() async throws {
    try await Scripted(refusal: "pod not found to terminate", code: "POD_NOT_FOUND").provider.terminate(id: "a")
    let stop = Scripted(refusal: "Attempted to stop pod that does not exist")
    #expect(try await stop.failure { _ = try await $0.stop(id: "a") }.kind == .notFound)
  }

  @Test(arguments: [
    (401, "", Failure.Kind.unauthorized), (401, "<html>no</html>", .unauthorized),
    (401, #"{"errors":[{"message":"nope"}]}"#, .unauthorized), (403, "error code: 1010", .forbidden),
    (403, #"{"message":"access denied"}"#, .forbidden), (402, "", .insufficientBalance),
    (404, "", .configurationInvalid),
    (410, "Gone", .apiRetired), (429, "", .rateLimited), (500, "<html>oops</html>", .apiFailure),
    (200, "<html>Sign in to the hotel's network</html>", .apiFailure), (200, #"{"data":null}"#, .apiFailure),
    (200, #"{"data":{"myself":null}}"#, .unauthorized),
    (
      400,
      #"{"errors":[{"message":"Field \"x\" is not defined","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}"#,
      .apiFailure
    ),
  ])
  func aStatusHasItsKind(status: Int, body: String, kind: Failure.Kind) async throws {
    let failure = try await Scripted(status: status, body).failure { _ = try await $0.account() }
    #expect(failure.kind == kind)
  }

  @Test func cloudflaresBanIsNotABadKey() async throws {
    let failure = try await Scripted(status: 403, "error code: 1010").failure { _ = try await $0.pods() }
    #expect(failure.message.contains("Cloudflare"))
    #expect(failure.hint?.contains("User-Agent") == true)
    #expect(failure.hint?.contains("RUNPOD_API_KEY") == false)
  }

  @Test(arguments: [PodFace.graphql, .rest])
  func aGatewaysPageIsNeverQuoted(face: PodFace) async throws {
    let page = "<!DOCTYPE html><title>Attention Required! | Cloudflare</title><p>Ray ID: 8f2b</p>"
    for status in [403, 502, 503, 200] {
      let failure = try await Scripted(face: face, status: status, page).failure { _ = try await $0.pods() }
      #expect(!failure.message.contains("Ray ID") && !failure.message.contains("<"))
      #expect(failure.details.values.allSatisfy { !$0.contains("Ray ID") })
    }
  }

  /// 429 means that nothing was done, and only 429 does.
  @Test func aCreationWaitsOutARateLimit() async throws {
    let scripted = Scripted(
      ScriptedTransport([
        .answer(status: 429, "", headers: [("Retry-After", "30")]),
        .answer(#"{"data":{"podRentInterruptable":{"id":"a"}}}"#),
      ])
    )
    #expect(try await scripted.provider.create(Scripted.request, as: Scripted.spot).id == "a")
    #expect(scripted.transport.requests.count == 2)
  }

  @Test func aRateLimitSaysHowLong() async throws {
    let scripted = Scripted(status: 429, "", headers: [("Retry-After", "90")])
    let failure = try await scripted.failure { _ = try await $0.pods() }
    #expect(failure.details["retryAfterSeconds"] == "90")
    #expect(failure.retryable)
    #expect(scripted.transport.requests.count == 1)
  }

  @Test(arguments: [
    ScriptedTransport.Answer.answer(status: 502, "<html>Bad Gateway</html>"), .answer(status: 524, ""),
    .answer(""), .answer(#"{"data":"#), .cut(.timedOut, mayHaveReachedServer: true),
    .cut(.broken, mayHaveReachedServer: true), .cut(.tooLarge, mayHaveReachedServer: true),
  ])
  func anUnclearCreationIsNeitherRepeatedNorDenied(answer: ScriptedTransport.Answer) async throws {
    let scripted = Scripted(ScriptedTransport([answer]))
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.spot) }
    #expect(failure.kind == .ambiguousOutcome)
    #expect(!failure.retryable)
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func aCreationThatWasNeverSentIsSafeToRepeat() async throws {
    let scripted = Scripted(ScriptedTransport([.cut(.unreachable, mayHaveReachedServer: false)]))
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.spot) }
    #expect(failure.kind == .networkFailure)
    #expect(failure.retryable)
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func aReadIsTriedAgain() async throws {
    let scripted = Scripted(
      ScriptedTransport([
        .cut(.broken, mayHaveReachedServer: true), .answer(status: 429, "", headers: [("Retry-After", "1")]),
        .answer(status: 503, ""), .answer(#"{"data":{"myself":{"pods":[]}}}"#),
      ])
    )
    #expect(try await scripted.provider.pods() == PodList([]))
    #expect(scripted.transport.requests.count == 4)
  }

  @Test func aListWithAHoleIsNotWhole() async throws {
    let scripted = Scripted(#"{"data":{"myself":{"pods":[{"id":"a","name":"n","desiredStatus":"RUNNING"},null]}}}"#)
    let list = try await scripted.provider.pods()
    #expect(list.pods.map(\.id) == ["a"] && !list.isComplete)
  }

  @Test func noListIsNotAnEmptyList() async throws {
    let scripted = Scripted(#"{"data":{"myself":{"pods":null}}}"#)
    #expect(try await scripted.failure { _ = try await $0.pods() }.kind == .apiFailure)
  }
}
