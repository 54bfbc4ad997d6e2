import Concurrency
import HTTP
import JSON
import Reporting
import ScriptedHTTP
import Testing
import Values

@testable import RunPodAPI

/// What RunPod's answers hold is checked where it enters.
@Suite struct IntakeTests {
  private let warnings = Locked<[String]>([])

  private func provider(_ face: PodFace, _ body: JSONValue) -> any PodProvider {
    let transport = ScriptedTransport(status: 200, body.text)
    let key = Secret("rpa_secret")
    let intake = Intake("RunPod") { [warnings] text in warnings.withLock { $0.append(text) } }
    return switch face {
    case .graphql: GraphQLPodProvider(url: "http://api/graphql", apiKey: key, transport: transport, intake: intake)
    case .rest: RestPodProvider(url: "http://api/v2", apiKey: key, transport: transport, intake: intake)
    }
  }

  private func list(_ face: PodFace, _ pods: [JSONValue]) async throws -> PodList {
    let body: JSONValue =
      switch face {
      case .graphql: ["data": ["myself": ["pods": .array(pods)]]]
      case .rest: ["pods": .array(pods), "pagination": ["hasNextPage": false]]
      }
    return try await provider(face, body).pods()
  }

  /// A pod as either API shows it.
  private func pod(
    _ face: PodFace,
    id: JSONValue = "a1",
    name: String = "name",
    host: JSONValue = "203.0.113.9",
    port: JSONValue = 40022
  ) -> JSONValue {
    switch face {
    case .graphql:
      [
        "id": id, "name": .string(name), "desiredStatus": "RUNNING",
        "runtime": [
          "uptimeInSeconds": 9,
          "ports": [["ip": host, "isIpPublic": true, "privatePort": 22, "publicPort": port, "type": "tcp"]],
        ],
      ]
    case .rest:
      [
        "id": id, "name": .string(name), "status": "RUNNING", "ssh": ["direct": ["host": host, "port": port]],
        "runtime": ["uptime": 9, "ports": [["ip": host, "private": 22, "public": port, "type": "tcp"]]],
      ]
    }
  }

  @Test func noSizeInTheCatalogueIsTooLarge() async throws {
    let provider = self.provider(
      .rest,
      ["cpus": [["id": "cpu3c", "ramGbPerVcpu": .number(JSONNumber(text: "1e308"))]]]
    )
    #expect(try await provider.cpuOffer(flavorId: "cpu3c", vcpuCount: 32).memoryInGb == .max)
  }

  @Test(arguments: [PodFace.graphql, .rest]) func whatFitsIsTaken(face: PodFace) async throws {
    let list = try await list(face, [pod(face)])
    #expect(list.isComplete)
    #expect(list.pods.first?.publicSSH?.host == "203.0.113.9")
    #expect(list.pods.first?.publicSSH?.port == 40022)
    #expect(warnings.withLock { $0 } == [])
  }

  @Test(
    arguments: [PodFace.graphql, .rest],
    [
      "203.0.113.9\n  ProxyCommand touch /tmp/x", "-oProxyCommand=x", "a b", "1.2.3.4\u{0}", "\u{202e}1.2.3.4", "[::1]",
      "127.1",
    ]
  )
  func aHostThatIsNoneIsNoAddress(face: PodFace, host: String) async throws {
    let list = try await list(face, [pod(face, host: .string(host)), pod(face, id: "b2")])
    #expect(list.pods.map(\.id) == ["a1", "b2"])
    #expect(list.pods.map { $0.publicSSH?.host } == [nil, "203.0.113.9"])
    #expect(list.isComplete)
    #expect(warnings.withLock { $0.count } == 1)
    #expect(warnings.withLock { $0.first?.contains("the host of pod a1") } == true)
    #expect(warnings.withLock { $0.first?.unicodeScalars.contains(where: \.isTerminalControl) } == false)
  }

  @Test(arguments: [PodFace.graphql, .rest], [0, -1, 65_536, .max, .min])
  func aPortThatIsNoneIsNoAddress(face: PodFace, port: Int) async throws {
    let list = try await list(face, [pod(face, port: .integer(port))])
    #expect(list.pods.first?.publicSSH == nil)
    #expect(warnings.withLock { $0.count } == 1)
  }

  @Test(arguments: [PodFace.graphql, .rest], ["../../x", "a b", "a\nb", "-rf", "é", "a/../b", "x?y"])
  func aPodWithoutAProperIdIsLeftOutAndTheListIsIncomplete(face: PodFace, id: String) async throws {
    let list = try await list(face, [pod(face, id: .string(id)), pod(face, id: "b2")])
    #expect(list.pods.map(\.id) == ["b2"])
    #expect(!list.isComplete)
    #expect(warnings.withLock { $0.count } == 1)
  }

  @Test(arguments: [PodFace.graphql, .rest], [JSONValue.null, 7, "", ["x"]])
  func aPodWithoutAnIdIsLeftOutAndTheListIsIncomplete(face: PodFace, id: JSONValue) async throws {
    let list = try await list(face, [pod(face, id: id)])
    #expect(list.pods == [])
    #expect(!list.isComplete)
    #expect(warnings.withLock { $0.count } == 1)
  }

  @Test(arguments: [PodFace.graphql, .rest]) func aNameThatCannotBeShownIsNone(face: PodFace) async throws {
    let list = try await list(face, [pod(face, name: "evil\u{1b}[2J\nHost *")])
    #expect(list.pods.first?.name == "")
    #expect(warnings.withLock { $0.count } == 1)
  }

  @Test func whatRunPodSaysHasItsControlCharactersMadeVisible() async throws {
    let refusal = Scripted(refusal: "no \u{1b}[31m way\nexists: podId x", code: "A\u{9b}B")
    let failure = try await refusal.failure { _ = try await $0.stop(id: "a") }
    #expect(failure.message.contains("no <U+001B>[31m way exists: podId x"))
    #expect(failure.details["runpodCode"] == "A<U+009B>B")
  }
}
