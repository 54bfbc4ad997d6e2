import Reporting

extension PodRequest {
  /// vCPUs of a CPU pod whose request does not say.
  static let fewestVcpus = 2
  /// GB of the smallest volume that the REST API takes; it answers 422 to less.
  private static let smallestRESTVolume = 10

  /// Refuses what cannot be rented, before anything is.
  ///
  /// - Parameter face: The API in use: what only the other one has is named with it.
  /// - Throws: `Failure(.configurationInvalid)` that names the parameter, with its value and what to do.
  package func check(face: PodFace) throws {
    if imageName.isEmpty, templateId == nil {
      throw Self.refused("Nothing says what is to run: imageName and templateId are missing.", "Set imageName.")
    }
    if gpuTypeIds.isEmpty == (cpuFlavorId == nil) {
      throw Self.refused(
        cpuFlavorId == nil
          ? "Nothing says what to rent: gpuTypeId and cpuFlavorId are missing."
          : "gpuTypeId and cpuFlavorId exclude each other.",
        "Set gpuTypeId for a pod with GPUs, or cpuFlavorId for one without."
      )
    }
    try checkDisks(face)
    try checkCUDA()
    if cpuFlavorId != nil { try checkCPU(face) }
    if let vcpuCount, cpuFlavorId == nil {
      throw Self.refused(
        "vcpuCount is \(vcpuCount), which only CPU pods have.",
        "Set minVcpuCount for a pod with GPUs."
      )
    }
    if let countryCode {
      guard countryCode.utf8.count == 2, countryCode.utf8.allSatisfy({ (65...90).contains($0) }) else {
        throw Self.refused("countryCode is \"\(countryCode)\".", "It is two capital letters: SE.")
      }
      if face == .rest { throw Self.onlyGraphQL("countryCode", "Name data centres by dataCenterId, or set") }
    }
    guard interruptible == .yes else { return }
    if !face.hasSpotPods { throw Failure.noSpotPods }
    if globalNetworking {
      throw Self.refused("Spot pods have no globalNetworking.", "Set interruptible to false, or leave one of them out.")
    }
  }

  /// Whether a spot pod can meet the request.
  package var mayBeSpot: Bool { cpuFlavorId == nil && !globalNetworking }

  private func checkDisks(_ face: PodFace) throws {
    if let volumeMountPath, !volumeMountPath.utf8.starts(with: [UInt8(ascii: "/")]) {
      throw Self.refused("volumeMountPath is \"\(volumeMountPath)\".", "It is an absolute path: /workspace.")
    }
    if let volumeInGb, volumeInGb > 0, networkVolumeId != nil {
      throw Self.refused(
        "volumeInGb is \(volumeInGb) beside networkVolumeId: a network volume takes the place of the pod's own.",
        "Leave one of them out."
      )
    }
    if networkVolumeId != nil, cloudTypes.contains("COMMUNITY") {
      throw Self.refused(
        "Community machines cannot reach a network volume.",
        "Leave cloudType out, or set it to SECURE."
      )
    }
    if face == .rest, let size = volumeInGb, (1..<Self.smallestRESTVolume).contains(size) {
      throw Self.refused(
        "volumeInGb is \(size); RunPod's REST API takes none below \(Self.smallestRESTVolume).",
        "Set it to 0 or to \(Self.smallestRESTVolume) and more."
      )
    }
  }

  private func checkCUDA() throws {
    for version in allowedCudaVersions + [minCudaVersion].compactMap(\.self) {
      let parts = version.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      let isVersion =
        parts.count == 2
        && parts.allSatisfy { part in
          (1...3).contains(part.count) && part.allSatisfy { (48...57).contains($0) }
        }
      if !isVersion { throw Self.refused("\"\(version)\" is no CUDA version.", "Write it as 12.8.") }
    }
    if minCudaVersion != nil, !allowedCudaVersions.isEmpty {
      throw Self.refused("allowedCudaVersions and minCudaVersion exclude each other.", "Leave one of them out.")
    }
  }

  private func checkCPU(_ face: PodFace) throws {
    let count = vcpuCount ?? Self.fewestVcpus
    guard count >= 2, count & (count - 1) == 0 else {
      throw Self.refused("vcpuCount is \(count).", "It is a power of two: 2, 4, 8, 16, 32.")
    }
    if interruptible == .yes { throw Self.refused("CPU pods are never spot pods.", "Leave interruptible out.") }
    if let volumeInGb, volumeInGb > 0 {
      throw Self.refused(
        "volumeInGb is \(volumeInGb): CPU pods have no volume of their own.",
        "Leave it out, or attach a network volume by networkVolumeId."
      )
    }
    if minCudaVersion != nil || !allowedCudaVersions.isEmpty {
      throw Self.refused("CPU pods have no CUDA version.", "Leave allowedCudaVersions and minCudaVersion out.")
    }
    if face == .graphql, startJupyter || globalNetworking {
      throw Self.refused(
        "RunPod's GraphQL API, which is in use, has neither startJupyter nor globalNetworking for CPU pods.",
        "Set RUNPOD_API to rest, or leave them out."
      )
    }
  }

  private static func onlyGraphQL(_ name: String, _ advice: String) -> Failure {
    refused("RunPod's REST API (v2), which is in use, has no \(name).", "\(advice) RUNPOD_API to graphql.")
  }

  private static func refused(_ sentence: String, _ advice: String) -> Failure {
    Failure(.configurationInvalid, sentence, hint: advice)
  }
}
