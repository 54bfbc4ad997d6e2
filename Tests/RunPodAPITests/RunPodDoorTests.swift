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
