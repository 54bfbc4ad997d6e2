import FoundationEssentials
import HTTP
import JSON
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct RequestTests {
  private static let created = """
    {"data":{"podRentInterruptable":{"id":"50qynxzilsxoey","name":"runpod-rpc-1","desiredStatus":"RUNNING",
    "imageName":"runpod/base","machineId":"hpvdausak8xb","gpuCount":1,"costPerHr":0.2,"podType":"INTERRUPTABLE",
    "machine":{"podHostId":"50qynxzilsxoey-64410065"}},
    "podFindAndDeployOnDemand":{"id":"2"}}}
    """

  @Test func aCallIsAPostWithTheKeyInItsHeader() async throws {
    let scripted = Scripted(Self.created)
    _ = try await scripted.provider.create(Scripted.request, as: Scripted.spot)
    let request = try #require(scripted.transport.requests.first)
    #expect(request.method == "POST")
    #expect(request.url == "https://api.runpod.io/graphql")
    #expect(request.headers.contains { $0 == ("Authorization", "Bearer rpa_secret") })
    #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
    #expect(!"\(request)".contains("rpa_secret"))
  }

  @Test func aSpotPodIsRentedWithVariablesOnly() async throws {
    let scripted = Scripted(Self.created)
    var request = Scripted.request
    request.env = ["B": "2", "A": #"quote " and \#n line"#]
    request.terminateAfter = Date(timeIntervalSince1970: 1_800_000_000)
    request.dockerArgs = ""
    let pod = try await scripted.provider.create(request, as: Scripted.spot)
    let body = try scripted.sentBody()
    #expect(body["query"]?.stringValue?.contains("podRentInterruptable(input: $input)") == true)
    #expect(
      body["variables"]?["input"] == [
        "name": "runpod-rpc-1", "ports": "22/tcp", "cloudType": "ALL", "supportPublicIp": true, "startSsh": true,
        "gpuTypeId": "NVIDIA L4", "gpuCount": 1, "minVcpuCount": 1, "minMemoryInGb": 4, "volumeInGb": 50,
        "bidPerGpu": 0.5, "imageName": "runpod/base", "containerDiskInGb": 50, "volumeMountPath": "/workspace",
        "env": [["key": "A", "value": "quote \" and \n line"], ["key": "B", "value": "2"]],
      ]
    )
    #expect(
      pod
        == RemotePod(
          id: "50qynxzilsxoey",
          name: "runpod-rpc-1",
          desiredStatus: "RUNNING",
          imageName: "runpod/base",
          machineId: "hpvdausak8xb",
          podHostId: "50qynxzilsxoey-64410065",
          gpuCount: 1,
          costPerHour: 0.2,
          interruptible: true
        )
    )
  }

  @Test func anOnDemandPodHasNoBid() async throws {
    let scripted = Scripted(Self.created)
    var request = Scripted.request
    request.volumeInGb = 0
    request.dockerArgs = "sleep infinity"
    var candidate = Scripted.onDemand
    candidate.dataCenterId = "EU-RO-1"
    candidate.cloudType = "SECURE"
    candidate.maxCostPerHour = 0.75
    _ = try await scripted.provider.create(request, as: candidate)
    let body = try scripted.sentBody()
    #expect(body["query"]?.stringValue?.contains("podFindAndDeployOnDemand(input: $input)") == true)
    let input = try #require(body["variables"]?["input"])
    #expect(input["bidPerGpu"] == nil)
    #expect(input["volumeMountPath"] == nil)
    #expect(input["dockerArgs"] == "sleep infinity")
    #expect(input["dataCenterId"] == "EU-RO-1")
    #expect(input["cloudType"] == "SECURE")
    #expect(input["deployCost"] == 0.75)
  }

  @Test func allPodsComeWithOneCall() async throws {
    let scripted = Scripted(
      """
      {"data":{"myself":{"pods":[
        {"id":"a","name":"one","desiredStatus":"RUNNING","podType":"RESERVED","costPerHr":1,"newField":[1],"runtime":
          {"uptimeInSeconds":12,"ports":[
            {"ip":"100.65.0.101","isIpPublic":false,"privatePort":8888,"publicPort":60141,"type":"http"},
            {"ip":"194.26.1.2","isIpPublic":true,"privatePort":22,"publicPort":40022,"type":"tcp"}]}},
        {"id":"b","name":"two","desiredStatus":"EXITED","lastStatusChange":"Outbid: now","runtime":
          {"uptimeInSeconds":99,"ports":[
            {"ip":"194.26.1.2","isIpPublic":true,"privatePort":22,"publicPort":40023,"type":"tcp"}]}},
        {"id":"c","name":"three","desiredStatus":"RUNNING","runtime":{"uptimeInSeconds":null,"ports":null}}]}}}
      """
    )
    let pods = try await scripted.provider.pods().pods
    #expect(scripted.transport.requests.count == 1)
    #expect(pods.map(\.id) == ["a", "b", "c"])
    #expect(pods[0].publicSSH?.host == "194.26.1.2")
    #expect(pods[0].publicSSH?.port == 40022)
    #expect(pods[0].interruptible == false)
    #expect(pods[1].publicSSH == nil)
    #expect(pods[1].lastStatusChange == "Outbid: now")
    #expect(pods[2].runtime?.ports == [])
  }

  @Test func aPodThatIsNotThereIsNil() async throws {
    let scripted = Scripted(#"{"data":{"pod":null}}"#)
    #expect(try await scripted.provider.pod(id: "gone") == nil)
    #expect(try scripted.sentBody()["variables"] == ["input": ["podId": "gone"]])
  }

  @Test(arguments: [(nil, "podResume"), (0.3, "podBidResume")] as [(Double?, String)])
  func aBidResumesASpotPod(bid: Double?, field: String) async throws {
    let scripted = Scripted(#"{"data":{"\#(field)":{"id":"a","desiredStatus":"RUNNING"}}}"#)
    let pod = try await scripted.provider.resume(id: "a", gpuCount: 2, bidPerGpu: bid)
    #expect(pod?.id == "a")
    let body = try scripted.sentBody()
    #expect(body["query"]?.stringValue?.contains("\(field)(input: $input)") == true)
    #expect(body["variables"]?["input"]?["gpuCount"] == 2)
    #expect(body["variables"]?["input"]?["bidPerGpu"]?.doubleValue == bid)
  }

  @Test func terminatingSelectsNothing() async throws {
    let scripted = Scripted(#"{"data":{"podTerminate":null}}"#)
    try await scripted.provider.terminate(id: "a")
    #expect(try scripted.sentBody()["query"]?.stringValue?.hasSuffix("{ podTerminate(input: $input) }") == true)
  }

  @Test func theAccountTellsItsMoney() async throws {
    let scripted = Scripted(
      #"{"data":{"myself":{"id":"user_1","email":"a@b.c","clientBalance":12.5,"currentSpendPerHr":0}}}"#
    )
    let account = try await scripted.provider.account()
    #expect(account == Account(id: "user_1", email: "a@b.c", balance: 12.5, currentSpendPerHour: 0))
  }
}
