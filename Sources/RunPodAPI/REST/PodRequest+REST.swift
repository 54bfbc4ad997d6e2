import JSON
import Outside
package import Reporting

extension PodRequest {
  /// The body of the creation. It is a closed object: one unknown member makes RunPod refuse all of it.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a spot pod. Deadlines are left out: they are ours to keep.
  func restBody(as candidate: PodCandidate) throws -> JSONValue {
    if candidate.isSpot { throw Failure.noSpotPods }
    var body: JSONObject = [
      "name": .string(name),
      "cloud": .string(candidate.cloudType == "COMMUNITY" ? "COMMUNITY" : "SECURE"),
      "ports": .array(Self.restPorts(ports)),
      "startSsh": .bool(startSsh),
    ]
    if let cpuFlavorId {
      body["cpu"] = ["id": .string(cpuFlavorId), "vcpuCount": .integer(vcpuCount ?? PodRequest.fewestVcpus)]
    } else {
      body["gpu"] = .object(restGPU(candidate.gpuTypeId))
    }
    if !imageName.isEmpty { body["image"] = .string(imageName) }
    body["disk"] = diskSize.map(JSONValue.integer)
    if let networkVolumeId {
      body["mounts"] = ["network": [["volumeId": .string(networkVolumeId), "path": .string(mountPath)]]]
    } else if let size = volumeSize, size > 0 {
      body["mounts"] = ["persistent": ["size": .integer(size), "path": .string(mountPath)]]
    }
    body["templateId"] = templateId.map(JSONValue.string)
    body["registry"] = containerRegistryAuthId.map(JSONValue.string)
    if globalNetworking { body["globalNetworking"] = true }
    if startJupyter { body["startJupyter"] = true }
    if !env.isEmpty { body["env"] = .object(Self.restEnv(env)) }
    if let dockerArgs, !dockerArgs.isEmpty { body["args"] = .string(dockerArgs) }
    if let dataCenterId = candidate.dataCenterId { body["dataCenterIds"] = [.string(dataCenterId)] }
    return .object(body)
  }

  /// "22/tcp, 8888/http" as a list.
  static func restPorts(_ ports: String) -> [JSONValue] {
    ports.bytes.split(",").map { .string($0.bytes.words.joined()) }
  }

  static func restEnv(_ env: [String: String]) -> JSONObject {
    JSONObject(env.sorted { $0.key.bytes < $1.key.bytes }.map { (key: $0.key, value: .string($0.value)) })
  }

  private func restGPU(_ id: String) -> JSONObject {
    var gpu: JSONObject = ["id": .string(id), "count": .integer(gpuCount)]
    // A minimum of 1 excludes nothing, and has excluded hosts all the same.
    for (member, least) in [("minRamPerGpu", perGpu(minMemoryInGb)), ("minVcpuCountPerGpu", perGpu(minVcpuCount))]
    where least > 1 {
      gpu[member] = .integer(least)
    }
    if !allowedCudaVersions.isEmpty { gpu["allowedCudaVersions"] = .array(allowedCudaVersions.map(JSONValue.string)) }
    gpu["minCudaVersion"] = minCudaVersion.map(JSONValue.string)
    return gpu
  }

  /// Here hosts are filtered by what there is for each GPU.
  private func perGpu(_ total: Int) -> Int {
    let (whole, rest) = total.quotientAndRemainder(dividingBy: max(1, gpuCount))
    return max(1, rest > 0 ? whole + 1 : whole)
  }
}

extension Failure {
  /// RunPod's REST API has neither spot pods nor bids.
  package static let noSpotPods = Failure(
    .configurationInvalid,
    "RunPod's REST API (v2), which is in use, has no spot pods.",
    hint: "Ask for interruptible: \"prefer\" or false; GraphQL (RUNPOD_API=graphql) has them while it lasts.",
    details: ["unsupported": "spot"]
  )
}
