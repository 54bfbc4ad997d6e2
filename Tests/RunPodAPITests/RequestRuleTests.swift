import JSON
import Reporting
import Testing

@testable import RunPodAPI

/// What cannot be rented is named before anything is.
@Suite struct RequestRuleTests {
  private func request(_ change: (inout PodRequest) -> Void) -> PodRequest {
    var request = PodRequest(imageName: "x", gpuTypeIds: ["NVIDIA L4"])
    change(&request)
    return request
  }

  private func cpu(_ change: (inout PodRequest) -> Void = { _ in }) -> PodRequest {
    var request = PodRequest(imageName: "x", gpuTypeIds: [], cpuFlavorId: "cpu3c")
    change(&request)
    return request
  }

  private func expect(_ word: String, _ request: PodRequest, _ faces: [PodFace] = [.graphql, .rest]) {
    for face in faces {
      let failure = #expect(throws: Failure.self) { try request.check(face: face) }
      #expect(failure?.kind == .configurationInvalid)
      #expect(failure?.message.contains(word) == true, "\(failure?.message ?? "nothing")")
      #expect(failure?.hint?.isEmpty == false)
    }
  }

  @Test func contradictionsAreNamed() {
    expect("imageName", request { $0.imageName = "" })
    expect("gpuTypeId", request { $0.gpuTypeIds = [] })
    expect("cpuFlavorId", request { $0.cpuFlavorId = "cpu3c" })
    expect("vcpuCount", request { $0.vcpuCount = 4 })
    expect("volumeMountPath", request { $0.volumeMountPath = "workspace" })
    expect(
      "networkVolumeId",
      request {
        $0.networkVolumeId = "v"; $0.volumeInGb = 20
      }
    )
    expect(
      "Community",
      request {
        $0.networkVolumeId = "v"; $0.cloudTypes = ["COMMUNITY"]
      }
    )
    expect("CUDA", request { $0.minCudaVersion = "twelve" })
    expect("CUDA", request { $0.allowedCudaVersions = ["12.8", "12"] })
    expect(
      "minCudaVersion",
      request {
        $0.minCudaVersion = "12.4"; $0.allowedCudaVersions = ["12.8"]
      }
    )
    expect("countryCode", request { $0.countryCode = "Sweden" })
    for count in [1, 3, 6, 0, -2] { expect("vcpuCount", cpu { $0.vcpuCount = count }) }
    expect("spot", cpu { $0.interruptible = true })
    expect("volumeInGb", cpu { $0.volumeInGb = 20 })
    expect("CUDA", cpu { $0.minCudaVersion = "12.4" })
  }

  /// What one API lacks names the other.
  @Test func whatAnAPILacksNamesTheOther() throws {
    expect("countryCode", request { $0.countryCode = "SE" }, [.rest])
    try request { $0.countryCode = "SE" }.check(face: .graphql)
    expect("spot", request { $0.interruptible = true }, [.rest])
    expect(
      "globalNetworking",
      request {
        $0.interruptible = true; $0.globalNetworking = true
      },
      [.graphql]
    )
    expect("startJupyter", cpu { $0.startJupyter = true }, [.graphql])
    try cpu { $0.startJupyter = true }.check(face: .rest)
    for size in 1...9 { expect("volumeInGb", request { $0.volumeInGb = size }, [.rest]) }
    for size in [0, 10, nil] as [Int?] { try request { $0.volumeInGb = size }.check(face: .rest) }
    try request { $0.volumeInGb = 5 }.check(face: .graphql)
  }

  @Test func graphQLGetsWhatWasAskedFor() throws {
    let wide = request {
      $0.imageName = ""
      $0.templateId = "t"
      $0.networkVolumeId = "v"
      $0.volumeMountPath = "/data"
      $0.containerRegistryAuthId = "r"
      $0.allowedCudaVersions = ["12.8"]
      $0.countryCode = "SE"
      $0.globalNetworking = true
      $0.startJupyter = true
    }
    let input = wide.graphQLInput(as: Scripted.onDemand)
    for (member, value) in [
      "templateId": "t", "networkVolumeId": "v", "volumeMountPath": "/data", "containerRegistryAuthId": "r",
      "allowedCudaVersions": ["12.8"], "countryCode": "SE", "globalNetwork": true, "startJupyter": true,
      "volumeInGb": 0,
    ] as [String: JSONValue] {
      #expect(input[member] == value)
    }
    // What the template says is not overridden.
    #expect(input["imageName"] == nil && input["containerDiskInGb"] == nil)
    let small = cpu().graphQLInput(as: Scripted.onDemand, cpu: "cpu3c-2-4")
    #expect(small["instanceId"] == "cpu3c-2-4")
    for member in ["gpuTypeId", "gpuCount", "volumeInGb", "minVcpuCount", "minMemoryInGb", "startJupyter"] {
      #expect(small[member] == nil)
    }
  }

  @Test func restGetsWhatWasAskedFor() throws {
    let wide = request {
      $0.imageName = ""
      $0.templateId = "t"
      $0.networkVolumeId = "v"
      $0.volumeMountPath = "/data"
      $0.containerRegistryAuthId = "r"
      $0.minCudaVersion = "12.4"
      $0.globalNetworking = true
      $0.startJupyter = true
      $0.minMemoryInGb = 1
    }
    let body = try wide.restBody(as: Scripted.onDemand)
    #expect(body["mounts"] == ["network": [["volumeId": "v", "path": "/data"]]])
    #expect(body["gpu"] == ["id": "NVIDIA L4", "count": 1, "minCudaVersion": "12.4"])
    for (member, value) in [
      "templateId": "t", "registry": "r", "globalNetworking": true, "startJupyter": true,
    ] as [String: JSONValue] {
      #expect(body[member] == value)
    }
    #expect(body["image"] == nil && body["disk"] == nil)
    let small = try cpu { $0.vcpuCount = 8 }.restBody(as: Scripted.onDemand)
    #expect(small["cpu"] == ["id": "cpu3c", "vcpuCount": 8])
    #expect(small["gpu"] == nil && small["mounts"] == nil)
  }
}
