extension GraphQLOperation {
  static let cpuFlavors = GraphQLOperation(
    call: .offers,
    field: "cpuFlavors",
    document: "query { cpuFlavors { id ramMultiplier } }"
  )

  static let cpuPrice = GraphQLOperation(
    call: .offers,
    field: "cpuFlavors",
    document: "query($flavor: CpuFlavorInput, $input: SpecificsInput) { "
      + "cpuFlavors(input: $flavor) { id specifics(input: $input) { securePrice } } }"
  )

  static let deployCPU = GraphQLOperation(
    call: .create,
    field: "deployCpuPod",
    document: "mutation($input: deployCpuPodInput!) { deployCpuPod(input: $input) { \(podFields) } }"
  )

  static let networkVolumes = myself("networkVolumes { \(volumeFields) }")
  static let templates = myself(
    "podTemplates { id name imageName containerDiskInGb volumeInGb volumeMountPath ports isServerless }"
  )
  static let registryCredentials = myself("containerRegistryCreds { id name }")

  static let createNetworkVolume = GraphQLOperation(
    call: .add,
    field: "createNetworkVolume",
    document: "mutation($input: CreateNetworkVolumeInput!) { createNetworkVolume(input: $input) { \(volumeFields) } }"
  )
  static let deleteNetworkVolume = GraphQLOperation(
    call: .remove,
    field: "deleteNetworkVolume",
    document: "mutation($input: DeleteNetworkVolumeInput!) { deleteNetworkVolume(input: $input) }"
  )
  static let saveRegistryAuth = GraphQLOperation(
    call: .add,
    field: "saveRegistryAuth",
    document: "mutation($input: SaveRegistryAuthInput) { saveRegistryAuth(input: $input) { id name } }"
  )
  static let deleteRegistryAuth = GraphQLOperation(
    call: .remove,
    field: "deleteRegistryAuth",
    document: "mutation($id: String) { deleteRegistryAuth(registryAuthId: $id) }"
  )

  private static let volumeFields = "id name size dataCenterId"

  private static func myself(_ fields: String) -> GraphQLOperation {
    GraphQLOperation(call: .resources, field: "myself", document: "query { myself { \(fields) } }")
  }
}
