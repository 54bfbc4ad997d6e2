import JSON
import RunPodAPI

extension Schema {
  /// A volume that outlives pods.
  static let networkVolume = Schema.object([
    .init("id", .string, "RunPod's id: networkVolumeId of pods/create.", isRequired: true),
    .init("name", .string, "Its name.", isRequired: true),
    .init("sizeInGb", .integer(minimum: 0), "Its size.", isRequired: true),
    .init("dataCenterId", .string, "Where it is: pods that use it are there as well.", isRequired: true),
  ])

  /// What a pod can be rented after.
  static let template = Schema.object([
    .init("id", .string, "RunPod's id: templateId of pods/create.", isRequired: true),
    .init("name", .string, "Its name.", isRequired: true),
    .init("imageName", .string, "The container image.", isRequired: true),
    .init("containerDiskInGb", .integer(minimum: 0), "The container disk."),
    .init("volumeInGb", .integer(minimum: 0), "The pod's own volume."),
    .init("volumeMountPath", .string, "Where the volume is in the container."),
    .init("ports", .string, "Its ports: \"22/tcp,8888/http\"."),
  ])

  /// Credentials of an image registry, which RunPod never tells again.
  static let registry = Schema.object([
    .init("id", .string, "RunPod's id: containerRegistryAuthId of pods/create.", isRequired: true),
    .init("name", .string, "Their name.", isRequired: true),
  ])
}

/// Params of the methods about one thing of the account.
package struct IdentifiedParams: Codable, Sendable {
  package var id: String
}

/// The result of what has nothing to tell.
package struct NoResult: Codable, Sendable {
  package init() {}
}

extension JSONValue {
  static let exampleVolume: JSONValue = [
    "id": "agv6w2qcg7", "name": "datasets", "sizeInGb": 100, "dataCenterId": "EU-RO-1",
  ]
}
