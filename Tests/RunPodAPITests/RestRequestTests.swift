import FoundationEssentials
import HTTP
import JSON
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct RestRequestTests {
  private static let created =
    #"{"id":"50qynxzilsxoey","name":"runpod-rpc-1","status":"PROVISIONING","actions":[],"#
    + #""image":"runpod/base","gpu":{"id":"NVIDIA L4","count":1},"cost":0.43,"runtime":{},"#
    + #""mounts":{"persistent":{"size":50,"path":"/workspace"}},"#
    + #""ssh":{"proxy":{"host":"ssh.runpod.io","port":22,"username":"50qynxzilsxoey-64410065"},"direct":null}}"#

  @Test func aCreationIsOnePost() async throws {
    let scripted = Scripted(face: .rest, status: 201, Self.created)
    var request = Scripted.request
    request.gpuCount = 2
    request.minMemoryInGb = 15
    request.env = ["B": "2", "A": "1"]
    request.ports = "22/tcp, 8888/http"
    request.dockerArgs = "sleep infinity"
    var candidate = Scripted.onDemand
    candidate.dataCenterId = "EU-RO-1"
    request.terminateAfter = Date(timeIntervalSince1970: 1_800_000_000)
    let pod = try await scripted.provider.create(request, as: candidate)
    let sent = try #require(scripted.transport.requests.first)
    #expect(sent.method == "POST")
    #expect(sent.url == "https://api.runpod.io/v2/pods")
    #expect(sent.headers.contains { $0 == ("Authorization", "Bearer rpa_secret") })
    #expect(
      try scripted.sentBody() == [
        "name": "runpod-rpc-1", "cloud": "SECURE", "ports": ["22/tcp", "8888/http"], "startSsh": true,
        "gpu": ["id": "NVIDIA L4", "count": 2, "minRamPerGpu": 8], "image": "runpod/base", "disk": 50,
        "mounts": ["persistent": ["size": 50, "path": "/workspace"]], "env": ["A": "1", "B": "2"],
        "args": "sleep infinity", "dataCenterIds": ["EU-RO-1"],
      ]
    )
    #expect(
      pod
        == RemotePod(
          id: "50qynxzilsxoey",
          name: "runpod-rpc-1",
          desiredStatus: "RUNNING",
          imageName: "runpod/base",
          podHostId: "50qynxzilsxoey-64410065",
          gpuTypeId: "NVIDIA L4",
          gpuCount: 1,
          costPerHour: 0.43,
          volumeInGb: 50
        )
    )
  }

  @Test func aSpotPodIsRefusedBeforeAnyCall() async throws {
    let scripted = Scripted(face: .rest, Self.created)
    let failure = try await scripted.failure { _ = try await $0.create(Scripted.request, as: Scripted.spot) }
    #expect(failure.kind == .configurationInvalid)
    #expect(failure.hint?.contains("prefer") == true)
    let resume = try await scripted.failure { _ = try await $0.resume(id: "a", gpuCount: 1, bidPerGpu: 0.3) }
    #expect(resume.kind == .configurationInvalid)
    #expect(scripted.transport.requests.isEmpty)
  }

  @Test func theListIsReadPageByPage() async throws {
    let scripted = Scripted(
      ScriptedTransport([
        .answer(
          """
          {"pods":[{"id":"a","name":"one","status":"RUNNING","cost":1,"runtime":{"uptime":12,"ports":[
            {"private":8888,"public":60141,"type":"http","ip":"100.65.0.101"},
            {"private":22,"public":40022,"type":"tcp","ip":"194.26.1.2"}]}},
           {"id":"b","name":"two","status":"STARTING","runtime":{}}],
           "pagination":{"nextCursor":"a b","hasNextPage":true}}
          """
        ),
        .answer(
          """
          {"pods":[{"id":"c","name":"three","status":"EXITED","cost":0,"runtime":{"uptime":9,"ports":[
             {"private":22,"public":40023,"type":"tcp","ip":"194.26.1.2"}]}},
           {"id":"d","name":"four","status":"RUNNING","runtime":{"uptime":3,"ports":null},
            "ssh":{"direct":{"host":"194.26.1.3","port":40024}}},
           {"id":"e","name":"five","status":"ERROR"}],
           "pagination":{"nextCursor":null,"hasNextPage":false}}
          """
        ),
      ]),
      face: .rest
    )
    let pods = try await scripted.provider.pods().pods
    #expect(scripted.transport.requests.map(\.url).last == "https://api.runpod.io/v2/pods?limit=1000&cursor=a%20b")
    #expect(pods.map(\.id) == ["a", "b", "c", "d", "e"])
    #expect(pods.map(\.desiredStatus) == ["RUNNING", "RUNNING", "EXITED", "RUNNING", "ERROR"])
    #expect(pods.map(\.publicSSH?.port) == [40022, nil, nil, 40024, nil])
    #expect(pods[1].runtime == nil)
    #expect(pods[2].costPerHour == nil)
  }

  /// The first row for 22 can be an address of RunPod's own network; `ssh.direct` is its answer to where SSH is.
  @Test(arguments: [
    (#""direct":{"host":"194.26.1.3","port":40024}"#, 40024 as Int?),
    (#""direct":{"host":"100.65.0.9","port":40024}"#, 40022), (#""direct":null"#, 40022),
  ])
  func sshIsNeverAtAPrivateAddress(direct: String, port: Int?) async throws {
    let scripted = Scripted(
      face: .rest,
      #"{"id":"a","name":"n","status":"RUNNING","ssh":{"# + direct + #"},"runtime":{"uptime":1,"ports":["#
        + #"{"private":22,"public":1,"type":"tcp","ip":"100.65.0.101"},"#
        + #"{"private":22,"public":2,"type":"tcp","ip":"10.0.0.4"},"#
        + #"{"private":22,"public":3,"type":"tcp","ip":"172.31.0.4"},"#
        + #"{"private":22,"public":4,"type":"tcp","ip":"192.168.0.4"},"#
        + #"{"private":22,"public":40022,"type":"tcp","ip":"100.63.0.1"}]}}"#
    )
    #expect(try await scripted.provider.pod(id: "a")?.publicSSH?.port == port)
  }

  @Test func sshIsKnownAlthoughTheHostDidNotAnswer() async throws {
    let body =
      #"{"id":"a","name":"n","status":"RUNNING","runtime":null,"ssh":{"direct":{"host":"194.26.1.3","port":40024}}}"#
    #expect(try await Scripted(face: .rest, body).provider.pod(id: "a")?.publicSSH?.port == 40024)
  }

  @Test(arguments: [
    #"{"pods":[],"pagination":{"nextCursor":"x","hasNextPage":true}}"#,
    #"{"pods":[],"pagination":{"nextCursor":null,"hasNextPage":true}}"#, #"{"pagination":{}}"#,
  ])
  func aListThatIsNotWholeIsNoList(body: String) async throws {
    #expect(try await Scripted(face: .rest, body).failure { _ = try await $0.pods() }.kind == .apiFailure)
  }

  @Test func aListWithAHoleIsNotWhole() async throws {
    let body = #"{"pods":[{"id":"a","name":"n","status":"RUNNING"},null],"pagination":{"hasNextPage":false}}"#
    let list = try await Scripted(face: .rest, body).provider.pods()
    #expect(list.pods.map(\.id) == ["a"] && !list.isComplete)
  }

  @Test func actionsAreNamed() async throws {
    let scripted = Scripted(face: .rest, #"{"id":"a","name":"n","status":"EXITED"}"#)
    #expect(try await scripted.provider.stop(id: "a")?.desiredStatus == "EXITED")
    _ = try await scripted.provider.resume(id: "a", gpuCount: 1, bidPerGpu: nil)
    #expect(
      scripted.transport.requests.map(\.url) == Array(repeating: "https://api.runpod.io/v2/pods/a/action", count: 2)
    )
    #expect(try scripted.sentBody(0) == ["action": "stop"])
    #expect(try scripted.sentBody(1) == ["action": "start"])
  }

  @Test func terminatingDeletes() async throws {
    let scripted = Scripted(face: .rest, status: 204, "")
    try await scripted.provider.terminate(id: "a/b")
    #expect(scripted.transport.requests.map(\.method) == ["DELETE"])
    #expect(scripted.transport.requests.map(\.url) == ["https://api.runpod.io/v2/pods/a%2Fb"])
    try await Scripted(problem: "pod not found", status: 404).provider.terminate(id: "a")
  }

  @Test func aPodThatIsNotThereIsNil() async throws {
    #expect(try await Scripted(problem: "pod not found", status: 404).provider.pod(id: "gone") == nil)
  }
}
