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
      "image": .string(imageName),
      "gpu": [
        "id": .string(candidate.gpuTypeId), "count": .integer(gpuCount),
        "minRamPerGpu": .integer(perGpu(minMemoryInGb)),
        "minVcpuCountPerGpu": .integer(perGpu(minVcpuCount)),
      ],
      "cloud": .string(candidate.cloudType == "COMMUNITY" ? "COMMUNITY" : "SECURE"),
      "disk": .integer(containerDiskInGb),
      "ports": .array(ports.bytes.split(",").map { .string($0.bytes.words.joined()) }),
      "startSsh": .bool(startSsh),
    ]
    if volumeInGb > 0 {
      body["mounts"] = ["persistent": ["size": .integer(volumeInGb), "path": "/workspace"]]
    }
    if !env.isEmpty {
      body["env"] = .object(
        JSONObject(env.sorted { $0.key.bytes < $1.key.bytes }.map { (key: $0.key, value: .string($0.value)) })
      )
    }
    if let dockerArgs, !dockerArgs.isEmpty { body["args"] = .string(dockerArgs) }
    if let dataCenterId = candidate.dataCenterId { body["dataCenterIds"] = [.string(dataCenterId)] }
    return .object(body)
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
