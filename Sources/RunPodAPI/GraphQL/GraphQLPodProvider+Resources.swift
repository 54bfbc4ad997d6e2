import JSON
import Outside
package import Reporting

/// CPU pods, volumes, templates, credentials, and changes of a pod.
extension GraphQLPodProvider {
  package func cpuOffer(flavorId: String, vcpuCount: Int) async throws -> CPUOffer {
    var offer = try await size(flavorId, vcpuCount)
    let variables: JSONObject = [
      "flavor": ["id": .string(flavorId)], "input": ["instanceId": .string(offer.instanceId)],
    ]
    let flavors = try await run(.cpuPrice, variables: variables).arrayValue ?? []
    let flavor = flavors.first { $0["id"]?.stringValue == flavorId }
    offer.pricePerHour = flavor?["specifics"]?["securePrice"]?.doubleValue
    return offer
  }

  /// How much memory comes with so many vCPUs, which is a part of the instance's name.
  func size(_ flavorId: String, _ vcpuCount: Int) async throws -> CPUOffer {
    let flavors = try await run(.cpuFlavors).arrayValue ?? []
    guard let flavor = flavors.first(where: { $0["id"]?.stringValue == flavorId }),
      let memory = flavor["ramMultiplier"]?.doubleValue.map({ Int($0 * Double(vcpuCount)) })
    else {
      throw Failure.unknown("cpuFlavorId", flavorId, among: flavors.compactMap { $0["id"]?.stringValue })
    }
    return CPUOffer(flavorId: flavorId, vcpuCount: vcpuCount, memoryInGb: memory, pricePerHour: nil)
  }

  package func restart(id: String) async throws -> RemotePod? {
    throw Failure(
      .configurationInvalid,
      "RunPod's GraphQL API, which is in use, cannot restart a pod where it is.",
      hint: "Set RUNPOD_API to auto or rest: its REST API can. pods/stop and pods/resume also start it anew."
    )
  }

  package func update(id: String, _ edit: PodEdit) async throws -> RemotePod? {
    let pod = try await run(.podBeforeEdit, ["podId": .string(id)])
    guard let image = edit.imageName ?? pod["imageName"]?.stringValue,
      let disk = edit.containerDiskInGb ?? pod["containerDiskInGb"]?.wholeNumber
    else {
      throw Failure(.notFound, "RunPod has no pod \(id).", hint: "List the pods to see what there is.")
    }
    var input: JSONObject = [
      "podId": .string(id), "imageName": .string(image), "containerDiskInGb": .integer(disk),
    ]
    input["ports"] = edit.ports.map(JSONValue.string)
    input["env"] = edit.environment(over: Self.variables(pod["env"])).map { env in
      .array(env.sorted { $0.key.bytes < $1.key.bytes }.map { ["key": .string($0.key), "value": .string($0.value)] })
    }
    return RemotePod(graphQL: try await run(.edit, .object(input)), intake)
  }

  /// "NAME=value" each.
  private static func variables(_ list: JSONValue?) -> [String: String] {
    let pairs = (list?.arrayValue ?? []).compactMap(\.stringValue).compactMap { line -> (String, String)? in
      guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      return (String(line[..<equals]), String(line[line.utf8.index(after: equals)...]))
    }
    // Characters: names of variables are ASCII.
    return Dictionary(pairs) { _, last in last }
  }

  package func networkVolumes() async throws -> [NetworkVolume] {
    try await all(.networkVolumes, "networkVolumes", NetworkVolume.init(graphQL:))
  }

  package func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume {
    let input: JSONValue = [
      "name": .string(name), "size": .integer(sizeInGb), "dataCenterId": .string(dataCenterId),
    ]
    return try NetworkVolume.made(NetworkVolume(graphQL: try await run(.createNetworkVolume, input)))
  }

  package func deleteNetworkVolume(id: String) async throws {
    _ = try await run(.deleteNetworkVolume, ["id": .string(id)])
  }

  package func templates() async throws -> [PodTemplate] {
    try await all(.templates, "podTemplates") { json in
      json["isServerless"]?.boolValue == true ? .some(nil) : PodTemplate(graphQL: json).map(Optional.some)
    }
    .compactMap(\.self)
  }

  package func registryCredentials() async throws -> [RegistryCredential] {
    try await all(.registryCredentials, "containerRegistryCreds", RegistryCredential.init(json:))
  }

  package func createRegistryCredential(
    name: String,
    username: String,
    password: Secret
  ) async throws -> RegistryCredential {
    let input: JSONValue = [
      "name": .string(name), "username": .string(username), "password": .string(password.exposed),
    ]
    return try RegistryCredential.made(RegistryCredential(json: try await run(.saveRegistryAuth, input)))
  }

  package func deleteRegistryCredential(id: String) async throws {
    _ = try await run(.deleteRegistryAuth, variables: ["id": .string(id)])
  }

  private func all<Item>(
    _ operation: GraphQLOperation,
    _ member: String,
    _ item: (JSONValue) -> Item?
  ) async throws -> [Item] {
    try Failure.whole(try await run(operation)[member], item)
  }
}

extension NetworkVolume {
  fileprivate init?(graphQL json: JSONValue) {
    guard let id = json["id"]?.stringValue, let size = json["size"]?.wholeNumber,
      let dataCenterId = json["dataCenterId"]?.stringValue
    else { return nil }
    self.init(id: id, name: json["name"]?.stringValue ?? "", sizeInGb: size, dataCenterId: dataCenterId)
  }
}

extension PodTemplate {
  fileprivate init?(graphQL json: JSONValue) {
    guard let id = json["id"]?.stringValue else { return nil }
    self.init(
      id: id,
      name: json["name"]?.stringValue ?? "",
      imageName: json["imageName"]?.stringValue ?? "",
      containerDiskInGb: json["containerDiskInGb"]?.wholeNumber,
      volumeInGb: json["volumeInGb"]?.wholeNumber,
      volumeMountPath: json["volumeMountPath"]?.stringValue,
      ports: json["ports"]?.stringValue
    )
  }
}
