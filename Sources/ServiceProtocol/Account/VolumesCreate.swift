import JSON
package import Reporting
package import RunPodAPI

/// Makes a network volume.
package enum VolumesCreate: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var name: String
    package var sizeInGb: Int
    package var dataCenterId: String
  }

  package struct Result: Codable, Sendable {
    package var volume: NetworkVolume

    package init(volume: NetworkVolume) { self.volume = volume }
  }

  package static let name = "volumes/create"
  package static let summary =
    "Makes a network volume, which outlives pods and costs money until volumes/delete."
  package static let params: [Schema.Field] = [
    .init("name", .string, "Its name.", isRequired: true),
    // https://docs.runpod.io/api-reference-v2: 10 GB at least; 4 TB at most by the console.
    .init(
      "sizeInGb",
      .integer(minimum: 10, maximum: 4096),
      "Its size. It can grow and never shrink.",
      isRequired: true
    ),
    .init("dataCenterId", .string, "Where: \"EU-RO-1\". It pins the pods that use it.", isRequired: true),
  ]
  package static let result = Schema.object([.init("volume", .networkVolume, "The volume.", isRequired: true)])
  package static let errors: [Failure.Kind] = .runPod + [.insufficientBalance, .ambiguousOutcome]
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "100 GB",
      params: ["name": "datasets", "sizeInGb": 100, "dataCenterId": "EU-RO-1"],
      result: ["volume": .exampleVolume]
    )
  ]
}
