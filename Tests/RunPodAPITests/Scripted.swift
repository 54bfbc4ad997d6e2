import Concurrency
import FoundationEssentials
import HTTP
import JSON
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

/// A provider whose calls are answered from a script, without any waiting.
struct Scripted {
  let transport: ScriptedTransport
  let provider: any PodProvider

  init(_ transport: ScriptedTransport, face: PodFace = .graphql) {
    self.transport = transport
    let time = TimeSource(now: { Date(timeIntervalSince1970: 1_800_000_000) }, sleep: { _ in })
    let key = Secret("rpa_secret")
    provider =
      switch face {
      case .graphql:
        GraphQLPodProvider(url: "https://api.runpod.io/graphql", apiKey: key, transport: transport, time: time)
      case .rest: RestPodProvider(url: "https://api.runpod.io/v2", apiKey: key, transport: transport, time: time)
      }
  }

  init(
    face: PodFace = .graphql,
    status: Int = 200,
    _ body: String,
    headers: [(name: String, value: String)] = []
  ) {
    self.init(ScriptedTransport(status: status, body, headers: headers), face: face)
  }

  /// A refusal as REST words it.
  init(problem detail: String, status: Int) {
    self.init(
      face: .rest,
      status: status,
      (["title": "t", "status": .integer(status), "detail": .string(detail)] as JSONValue).text
    )
  }

  /// An answer as RunPod refuses things: status 200, a sentence, perhaps a code.
  init(refusal message: String, code: String? = nil) {
    var error: JSONObject = ["message": .string(message), "path": ["field"]]
    if let code { error["extensions"] = ["code": .string(code), "userId": "user_1"] }
    self.init((["errors": [.object(error)], "data": ["field": nil]] as JSONValue).text)
  }

  func sentBody(_ index: Int = 0) throws -> JSONValue {
    try JSONValue(parsing: try #require(transport.requests[index].body))
  }

  func failure(of call: (any PodProvider) async throws -> Void) async throws -> Failure {
    let failure = try #require(await #expect(throws: Failure.self) { try await call(provider) })
    #expect(!"\(failure)".contains("rpa_secret"))
    return failure
  }

  static let request = PodRequest(
    name: "runpod-rpc-1",
    imageName: "runpod/base",
    gpuTypeIds: ["NVIDIA L4"],
    bidPerGpu: 0.5,
    interruptible: true
  )
  static let spot = PodCandidate(gpuTypeId: "NVIDIA L4", isSpot: true, bidPerGpu: 0.5)
  static let onDemand = PodCandidate(gpuTypeId: "NVIDIA L4", isSpot: false)
}
