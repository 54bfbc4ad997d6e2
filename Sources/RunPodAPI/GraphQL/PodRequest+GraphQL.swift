import FoundationEssentials
import JSON
import Outside

extension PodRequest {
  /// The input of `podFindAndDeployOnDemand`, or of `podRentInterruptable` for a spot pod.
  ///
  /// Its `terminateAfter` and `stopAfter` are left out: RunPod acts on neither, and should it begin to, a deadline that was
  /// moved since would end the pod too early (https://github.com/runpod/runpodctl/pull/330).
  func graphQLInput(as candidate: PodCandidate) -> JSONValue {
    var input: JSONObject = [
      "name": .string(name),
      "imageName": .string(imageName),
      "gpuTypeId": .string(candidate.gpuTypeId),
      "gpuCount": .integer(gpuCount),
      "containerDiskInGb": .integer(containerDiskInGb),
      "volumeInGb": .integer(volumeInGb),
      "minVcpuCount": .integer(minVcpuCount),
      "minMemoryInGb": .integer(minMemoryInGb),
      "ports": .string(ports),
      "cloudType": .string(candidate.cloudType ?? "ALL"),
      // Without it a community host may give no public address, and so no SSH.
      "supportPublicIp": true,
      "startSsh": .bool(startSsh),
    ]
    if candidate.isSpot {
      input["bidPerGpu"] = candidate.bidPerGpu.map { JSONValue($0) }
    } else {
      input["deployCost"] = candidate.maxCostPerHour.map { JSONValue($0) }
    }
    if volumeInGb > 0 { input["volumeMountPath"] = "/workspace" }
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
