import Concurrency
import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

/// Which API is asked, and what happens when GraphQL is gone.
@Suite struct RunPodDoorTests {
  private let notices = Locked<[String]>([])

  private func open(_ transport: ScriptedTransport, _ api: String, _ url: String, rest: String? = nil) throws
    -> any PodProvider
  {
    try RunPodDoor.open(
      api: api,
      url: url,
      restURL: rest,
      apiKey: Secret("rpa_secret"),
      transport: transport,
      notice: { [notices] text in notices.withLock { $0.append(text) } }
    )
  }

  @Test(
    arguments: [
      ("auto", "https://a/graphql", nil, PodFace.graphql, "https://a/graphql"),
      ("auto", "https://a/v2", nil, .rest, "https://a/v2/pods?limit=1000"),
      ("auto", "https://a/v2/", nil, .rest, "https://a/v2/pods?limit=1000"),
      ("graphql", "https://a/graphql", nil, .graphql, "https://a/graphql"),
      ("rest", "https://a/graphql", nil, .rest, "https://a/v2/pods?limit=1000"),
      ("rest", "https://a/graphql", "https://b/v2", .rest, "https://b/v2/pods?limit=1000"),
      ("auto", "https://a/odd", nil, .graphql, "https://a/odd"),
    ] as [(String, String, String?, PodFace, String)]
  )
  func settingsChooseTheAPI(api: String, url: String, rest: String?, face: PodFace, called: String) async throws {
    let transport = ScriptedTransport(status: 401, "")
    let provider = try open(transport, api, url, rest: rest)
    #expect(provider.face == face)
    await #expect(throws: Failure.self) { try await provider.pods() }
    #expect(transport.requests.map(\.url) == [called])
  }

  @Test(arguments: [("graphql", "https://a/v2"), ("rest", "https://a/odd"), ("soap", "https://a/graphql")])
  func contradictionsAreNamed(api: String, url: String) {
    let failure = #expect(throws: Failure.self) { try open(ScriptedTransport(""), api, url) }
    #expect(failure?.kind == .configurationInvalid)
  }

  private static let gone = ScriptedTransport.Answer.answer(status: 410, "Gone")
  private static let empty = ScriptedTransport.Answer.answer(#"{"pods":[],"pagination":{"hasNextPage":false}}"#)

  @Test func movesToRESTWhenGraphQLIsGoneAndSaysSoOnce() async throws {
    let transport = ScriptedTransport([Self.gone, Self.empty])
    let provider = try open(transport, "auto", "https://a/graphql")
    #expect(try await provider.pods() == PodList([]))
    #expect(try await provider.pods() == PodList([]))
    #expect(
      transport.requests.map(\.url) == ["https://a/graphql"]
        + Array(repeating: "https://a/v2/pods?limit=1000", count: 2)
    )
    #expect(provider.face == .rest)
    #expect(notices.withLock { $0 }.count == 1)
  }

  private static let forbidden = ScriptedTransport.Answer.answer(
    #"{"errors":[{"message":"Unauthorized","extensions":{"code":"RUNPOD"}}],"data":{"myself":null}}"#
  )
  private static let limited = ScriptedTransport.Answer.answer(status: 429, "", headers: [("Retry-After", "90")])

  @Test(arguments: [forbidden, limited, .answer(status: 403, #"{"message":"access denied"}"#)])
  func aKeyWithoutGraphQLMovesToRESTAndSaysSoOnce(answer: ScriptedTransport.Answer) async throws {
    let transport = ScriptedTransport([answer, Self.empty])
    let provider = try open(transport, "auto", "https://a/graphql")
    #expect(try await provider.pods().pods == [])
    #expect(try await provider.pods().pods == [])
    #expect(provider.face == .rest)
    let told = notices.withLock { $0 }
    #expect(told.count == 1 && told[0].contains("RUNPOD_API=rest"))
  }

  /// A key that may do nothing at all, or a client that the gateway shuts out, is no reason to leave GraphQL.
  @Test(arguments: [
    (forbidden, ScriptedTransport.Answer.answer(status: 403, #"{"detail":"access denied"}"#), 2),
    (.answer(status: 403, "error code: 1010"), .answer(status: 403, "error code: 1010"), 1),
  ])
  func whatRESTRefusesAsWellMovesNothing(
    answer: ScriptedTransport.Answer,
    other: ScriptedTransport.Answer,
    calls: Int
  ) async throws {
    let transport = ScriptedTransport([answer, other])
    let provider = try open(transport, "auto", "https://a/graphql")
    let failure = await #expect(throws: Failure.self) { try await provider.pods() }
    #expect(failure?.kind == .forbidden)
    #expect(transport.requests.count == calls)
    #expect(provider.face == .graphql)
    #expect(notices.withLock { $0 }.isEmpty)
  }

  @Test func aKeyWithoutGraphQLIsToldOfREST() async throws {
    let provider = try open(ScriptedTransport([Self.forbidden]), "graphql", "https://a/graphql")
    let failure = await #expect(throws: Failure.self) { try await provider.pods() }
    #expect(failure?.hint?.contains("RUNPOD_API=rest") == true)
  }

  @Test(arguments: [
    "https://rest.runpod.io/v1", "https://rest.runpod.io/v1/", "https://rest.runpod.io/v1/pods", "https://a/v1",
  ])
  func versionOneIsAnsweredWithVersionTwo(url: String) {
    for (api, rest) in [("auto", nil), ("rest", url)] {
      let failure = #expect(throws: Failure.self) {
        try open(ScriptedTransport(""), api, rest == nil ? url : "https://a/graphql", rest: rest)
      }
      #expect(failure?.kind == .configurationInvalid)
      #expect(failure?.hint?.contains("https://api.runpod.io/v2") == true)
    }
  }

  /// "Gone" means that nothing was done, so that the creation at the other door is the first.
  @Test func aCreationMovesAsWell() async throws {
    let transport = ScriptedTransport([Self.gone, .answer(status: 201, #"{"id":"a","status":"PROVISIONING"}"#)])
    let provider = try open(transport, "auto", "https://a/graphql")
    #expect(try await provider.create(Scripted.request, as: Scripted.onDemand).id == "a")
    #expect(transport.requests.count == 2)
  }

  @Test func graphQLAloneStaysAndSaysThatItIsGone() async throws {
    let provider = try open(ScriptedTransport([Self.gone]), "graphql", "https://a/graphql")
    let failure = await #expect(throws: Failure.self) { try await provider.pods() }
    #expect(failure?.kind == .apiRetired)
    #expect(failure?.hint?.contains("RUNPOD_API") == true)
  }
}
