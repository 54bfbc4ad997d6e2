import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct RestRefusalTests {
  @Test(arguments: [
    (
      400, "create pod: There are no longer any instances available with the requested specifications.",
      Failure.Kind.noCapacity
    ), (400, "mounts: only one of persistent and network", .configurationInvalid),
    (402, "Your account balance is too low to rent a pod.", .insufficientBalance), (403, "access denied", .forbidden),
    (401, "missing bearer token", .unauthorized), (410, "gone", .apiRetired),
    (413, "request body too large", .configurationInvalid), (422, "Request validation failed.", .configurationInvalid),
    (429, "rate limit exceeded for the minute window", .rateLimited), (500, "internal error", .ambiguousOutcome),
  ])
  func aRefusedCreationHasItsKind(status: Int, detail: String, kind: Failure.Kind) async throws {
    let scripted = Scripted(problem: detail, status: status)
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.onDemand) }
    #expect(failure.kind == kind)
    #expect(failure.hint != nil)
    #expect(failure.details["httpStatus"] == "\(status)" || kind == .ambiguousOutcome)
    // Without Retry-After a rate limit is asked after a few times.
    #expect(scripted.transport.requests.count == (status == 429 ? 4 : 1))
  }

  @Test func theFaultsOfMembersAreNamed() async throws {
    let body =
      #"{"title":"Unprocessable","status":422,"detail":"Request validation failed.","#
      + #""errors":[{"location":"body.gpu.count","message":"must be at least 1"},"unknown member colour"]}"#
    let failure = try await Scripted(face: .rest, status: 422, body).failure {
      _ = try await $0.create(Scripted.request, as: Scripted.onDemand)
    }
    #expect(failure.message.contains("body.gpu.count: must be at least 1; unknown member colour"))
  }

  @Test(arguments: [
    (400, "start pod: There are not enough free GPUs on the host machine to start this pod.", Failure.Kind.noCapacity),
    (409, "action start is not valid for a pod that is RUNNING", .conflict), (404, "pod not found", .notFound),
    (400, "Cannot resume a spot pod as an on demand pod.", .conflict),
  ])
  func aRefusedResumeSaysWhatToDo(status: Int, detail: String, kind: Failure.Kind) async throws {
    let scripted = Scripted(problem: detail, status: status)
    let failure = try await scripted.failure { _ = try await $0.resume(id: "a", gpuCount: 1, bidPerGpu: nil) }
    #expect(failure.kind == kind)
    #expect(failure.hint != nil)
  }

  @Test(arguments: [
    (401, "<html>no</html>", Failure.Kind.unauthorized), (403, "error code: 1010", .forbidden),
    (404, "<html>no such page</html>", .configurationInvalid), (429, "", .rateLimited), (500, "oops", .apiFailure),
    (200, "<html>Sign in to the hotel's network</html>", .apiFailure), (200, "[]", .apiFailure),
  ])
  func aStatusHasItsKind(status: Int, body: String, kind: Failure.Kind) async throws {
    #expect(try await Scripted(face: .rest, status: status, body).failure { _ = try await $0.pods() }.kind == kind)
  }

  @Test(arguments: [
    ScriptedTransport.Answer.answer(status: 502, "<html>Bad Gateway</html>"), .answer("<html>"),
    .answer(status: 201, #"{"name":"no id"}"#), .cut(.timedOut, mayHaveReachedServer: true),
    .cut(.broken, mayHaveReachedServer: true),
  ])
  func anUnclearCreationIsNeitherRepeatedNorDenied(answer: ScriptedTransport.Answer) async throws {
    let scripted = Scripted(ScriptedTransport([answer]), face: .rest)
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.onDemand) }
    #expect(failure.kind == .ambiguousOutcome)
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func aReadIsTriedAgain() async throws {
    let scripted = Scripted(
      ScriptedTransport([
        .cut(.broken, mayHaveReachedServer: true), .answer(status: 429, "", headers: [("Retry-After", "1")]),
        .answer(status: 503, ""), .answer(#"{"pods":[],"pagination":{"nextCursor":null,"hasNextPage":false}}"#),
      ]),
      face: .rest
    )
    #expect(try await scripted.provider.pods() == PodList([]))
    #expect(scripted.transport.requests.count == 4)
  }
}
