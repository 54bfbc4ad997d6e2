import FoundationEssentials
import JSON
import Outside

extension PodRequest {
  /// The input of `podFindAndDeployOnDemand`, of `podRentInterruptable` for a spot pod, or of `deployCpuPod`.
  ///
  /// Its `terminateAfter` and `stopAfter` are left out: RunPod acts on neither, and should it begin to, a deadline that was
  /// moved since would end the pod too early (https://github.com/runpod/runpodctl/pull/330).
  ///
  /// - Parameter cpu: The CPU pod that is meant, as its `instanceId` names it: "cpu3c-2-4".
  func graphQLInput(as candidate: PodCandidate, cpu: String? = nil) -> JSONValue {
    var input: JSONObject = [
      "name": .string(name),
      "ports": .string(ports),
      "cloudType": .string(candidate.cloudType ?? "ALL"),
      // Without it a community host may give no public address, and so no SSH.
      "supportPublicIp": true,
      "startSsh": .bool(startSsh),
    ]
    if let cpu {
      input["instanceId"] = .string(cpu)
    } else {
      input["gpuTypeId"] = .string(candidate.gpuTypeId)
      input["gpuCount"] = .integer(gpuCount)
      input["minVcpuCount"] = .integer(minVcpuCount)
      input["minMemoryInGb"] = .integer(minMemoryInGb)
      input["volumeInGb"] = volumeSize.map(JSONValue.integer)
      if !allowedCudaVersions.isEmpty {
        input["allowedCudaVersions"] = .array(allowedCudaVersions.map(JSONValue.string))
      }
      input["minCudaVersion"] = minCudaVersion.map(JSONValue.string)
      if startJupyter { input["startJupyter"] = true }
      if globalNetworking { input["globalNetwork"] = true }
    }
    if candidate.isSpot {
      input["bidPerGpu"] = candidate.bidPerGpu.map { JSONValue($0) }
    } else {
      input["deployCost"] = candidate.maxCostPerHour.map { JSONValue($0) }
    }
    if !imageName.isEmpty { input["imageName"] = .string(imageName) }
    input["containerDiskInGb"] = diskSize.map(JSONValue.integer)
    if volumeSize ?? 0 > 0 || networkVolumeId != nil || volumeMountPath != nil {
      input["volumeMountPath"] = .string(mountPath)
    }
    input["networkVolumeId"] = networkVolumeId.map(JSONValue.string)
    input["templateId"] = templateId.map(JSONValue.string)
    input["containerRegistryAuthId"] = containerRegistryAuthId.map(JSONValue.string)
    input["countryCode"] = countryCode.map(JSONValue.string)
    if !env.isEmpty {
      let pairs = env.sorted { $0.key.bytes < $1.key.bytes }
      input["env"] = .array(pairs.map { ["key": .string($0.key), "value": .string($0.value)] })
    }
    // An empty text would suppress the image's own start script.
    if let dockerArgs, !dockerArgs.isEmpty { input["dockerArgs"] = .string(dockerArgs) }
    input["dataCenterId"] = candidate.dataCenterId.map(JSONValue.string)
    return .object(input)
  }
}
