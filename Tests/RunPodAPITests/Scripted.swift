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
  let provider: GraphQLPodProvider

  init(_ transport: ScriptedTransport) {
    self.transport = transport
    provider = GraphQLPodProvider(
      url: "https://api.runpod.io/graphql",
      apiKey: Secret("rpa_secret"),
      transport: transport,
      time: TimeSource(now: { Date(timeIntervalSince1970: 1_800_000_000) }, sleep: { _ in })
    )
  }

  init(status: Int = 200, _ body: String, headers: [(name: String, value: String)] = []) {
    self.init(ScriptedTransport(status: status, body, headers: headers))
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

  func failure(of call: (GraphQLPodProvider) async throws -> Void) async throws -> Failure {
    let failure = try #require(await #expect(throws: Failure.self) { try await call(provider) })
    #expect(!"\(failure)".contains("rpa_secret"))
    return failure
  }

  static let request = PodRequest(name: "runpod-rpc-1", imageName: "runpod/base", gpuTypeId: "NVIDIA L4")
}
