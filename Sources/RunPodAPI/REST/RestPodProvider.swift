package import Concurrency
package import HTTP
import JSON
import Outside
package import Reporting
package import Values

/// RunPod by REST v2: https://docs.runpod.io/api-reference-v2/overview
///
/// It has no spot pods, no bids and no deadlines.
package struct RestPodProvider: PodProvider {
  package var face: PodFace { .rest }
  package let url: String
  package let identity: AccountIdentity

  private let apiKey: Secret
  let intake: Intake
  let transport: any HTTPTransport
  let time: TimeSource

  /// - Parameters:
  ///   - url: "https://api.runpod.io/v2".
  ///   - identity: Shared by the APIs that the key is used for; nil: one of its own.
  package init(
    url: String,
    apiKey: Secret,
    transport: any HTTPTransport,
    time: TimeSource = .system,
    identity: AccountIdentity? = nil,
    intake: Intake = Intake("RunPod")
  ) {
    self.url = url.bytes.before(suffix: "/").map(String.init) ?? url
    self.apiKey = apiKey
    self.identity = identity ?? AccountIdentity(apiKey: apiKey)
    self.transport = transport
    self.time = time
    self.intake = intake
  }

  /// The API says nothing about whose key it is; that it lists pods with it shows that it is good.
  package func account() async throws -> Account {
    _ = try await page("/pods?limit=1", .readAccount)
    return Account(id: nil)
  }

  package func sshKeys() async throws -> [String] {
    let answer = try await run(.keys, "GET", "/account/ssh-keys")
    return (answer["keys"]?.arrayValue ?? []).flatMap { PublicKeyLines.split($0.stringValue ?? "") }
  }

  package func offers(_ query: OfferQuery) async throws -> [Offer] {
    var offers: [Offer] = []
    for cloudType in query.cloudTypes {
      let answer = try await run(.offers, "GET", query.restPath(cloudType: cloudType))
      offers += query.offers(rest: answer, cloudType: cloudType, intake)
    }
    return offers
  }

  package func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    let answer = try await run(.create, "POST", "/pods", body: try request.restBody(as: candidate))
    guard let pod = RemotePod(rest: answer, intake) else {
      throw Failure(.ambiguousOutcome, "RunPod answered the creation without the pod's id.")
    }
    return pod
  }

  package func pod(id: String) async throws -> RemotePod? {
    do {
      return RemotePod(rest: try await run(.show, "GET", path(id)), intake)
    } catch let failure as Failure where failure.kind == .notFound {
      return nil
    }
  }

  package func pods() async throws -> PodList {
    var list = PodList([])
    var cursors: Set<String> = []
    var query = "/pods?limit=1000"
    while true {
      let answer = try await page(query, .list)
      let entries = answer["pods"]?.arrayValue ?? []
      let known = entries.compactMap { RemotePod(rest: $0, intake) }
      list.pods += known
      list.isComplete = list.isComplete && known.count == entries.count
      guard answer["pagination"]?["hasNextPage"]?.boolValue == true else { return list }
      guard let cursor = answer["pagination"]?["nextCursor"]?.stringValue, cursors.insert(cursor).inserted else {
        // Not the end of the list: whoever counts on it would believe that the rest is gone.
        throw Failure(.apiFailure, "RunPod's list of pods does not go on where it says so.", hint: "Try again.")
      }
      query = "/pods?limit=1000&cursor=\(PercentEncoding.query(cursor))"
    }
  }

  package func stop(id: String) async throws -> RemotePod? { try await act("stop", on: id, .stop) }

  package func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    guard bidPerGpu == nil else { throw Failure.noSpotPods }
    return try await act("start", on: id, .resume)
  }

  package func lowestBid(toResume id: String) async throws -> Double? { throw Failure.noSpotPods }

  package func terminate(id: String) async throws {
    do {
      _ = try await run(.terminate, "DELETE", path(id))
    } catch let failure as Failure where failure.kind == .notFound {}
  }

  func act(_ action: String, on id: String, _ call: APICall) async throws -> RemotePod? {
    RemotePod(rest: try await run(call, "POST", path(id) + "/action", body: ["action": .string(action)]), intake)
  }

  func path(_ id: String) -> String { "/pods/" + PercentEncoding.query(id) }

  /// A part of the list of pods. An answer without one is no empty list.
  private func page(_ query: String, _ call: APICall) async throws -> JSONValue {
    let answer = try await run(call, "GET", query)
    guard answer["pods"]?.arrayValue != nil else {
      throw Failure(.apiFailure, "RunPod answered without the list of pods.", hint: "Try again.")
    }
    return answer
  }

  var authorization: (name: String, value: String) { ("Authorization", "Bearer \(apiKey.exposed)") }

  func run(_ call: APICall, _ method: String, _ path: String, body: JSONValue? = nil) async throws -> JSONValue {
    let request = HTTPRequest(
      method: method,
      url: url + path,
      headers: [authorization, (name: "Accept", value: "application/json")]
        + (body == nil ? [] : [(name: "Content-Type", value: "application/json")]),
      body: body?.serialized(),
      timeout: call.timeout,
      isRepeatable: call.isRepeatable
    )
    let response: HTTPResponse
    do {
      response = try await transport.send(request, policy: call.retries, time: time)
    } catch let failure as HTTPFailure {
      throw call.failure(failure)
    }
    return try RestAnswer(response).value(of: call)
  }
}
