import HTTP
import JSON
import Outside
package import Reporting

/// CPU pods, volumes, templates, credentials, and changes of a pod.
extension RestPodProvider {
  package func cpuOffer(flavorId: String, vcpuCount: Int) async throws -> CPUOffer {
    let flavors = (try await run(.offers, "GET", "/catalog/cpus"))["cpus"]?.arrayValue ?? []
    guard let flavor = flavors.first(where: { $0["id"]?.stringValue == flavorId }) else {
      throw Failure.unknown("cpuFlavorId", flavorId, among: flavors.compactMap { $0["id"]?.stringValue })
    }
    return CPUOffer(
      flavorId: flavorId,
      vcpuCount: vcpuCount,
      memoryInGb: Int(limited: (flavor["ramGbPerVcpu"]?.doubleValue ?? 0) * Double(vcpuCount)),
      pricePerHour: flavor["price"]?["securePerVcpu"]?.doubleValue.map { $0 * Double(vcpuCount) }
    )
  }

  package func restart(id: String) async throws -> RemotePod? { try await act("restart", on: id, .restart) }

  package func update(id: String, _ edit: PodEdit) async throws -> RemotePod? {
    var body: JSONObject = [:]
    body["image"] = edit.imageName.map(JSONValue.string)
    body["disk"] = edit.containerDiskInGb.map(JSONValue.integer)
    body["ports"] = edit.ports.map { .array(PodRequest.restPorts($0)) }
    if edit.env != nil {
      let present = (try await run(.show, "GET", path(id)))["env"]?.objectValue?.members ?? []
      let pairs = present.compactMap { member in member.value.stringValue.map { (member.key, $0) } }
      // Characters: names of variables are ASCII.
      let env = edit.environment(over: Dictionary(pairs) { _, last in last })
      body["env"] = env.map { .object(PodRequest.restEnv($0)) }
    }
    return RemotePod(rest: try await run(.update, "PATCH", path(id), body: .object(body)), intake)
  }

  package func networkVolumes() async throws -> [NetworkVolume] {
    try await all("/network-volumes", "networkVolumes", NetworkVolume.init(rest:))
  }

  package func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume {
    let body: JSONValue = [
      "name": .string(name), "size": .integer(sizeInGb), "dataCenter": .string(dataCenterId),
    ]
    return try NetworkVolume.made(NetworkVolume(rest: try await run(.add, "POST", "/network-volumes", body: body)))
  }

  package func deleteNetworkVolume(id: String) async throws {
    _ = try await run(.remove, "DELETE", "/network-volumes/" + PercentEncoding.query(id))
  }

  package func templates() async throws -> [PodTemplate] {
    try await all("/templates", "templates", PodTemplate.init(rest:))
  }

  package func registryCredentials() async throws -> [RegistryCredential] {
    try await all("/registries", "registries", RegistryCredential.init(json:))
  }

  package func createRegistryCredential(
    name: String,
    username: String,
    password: Secret
  ) async throws -> RegistryCredential {
    let body: JSONValue = [
      "name": .string(name), "username": .string(username), "password": .string(password.exposed),
    ]
    return try RegistryCredential.made(RegistryCredential(json: try await run(.add, "POST", "/registries", body: body)))
  }

  package func deleteRegistryCredential(id: String) async throws {
    _ = try await run(.remove, "DELETE", "/registries/" + PercentEncoding.query(id))
  }

  private func all<Item>(_ path: String, _ member: String, _ item: (JSONValue) -> Item?) async throws -> [Item] {
    try Failure.whole(try await run(.resources, "GET", path)[member], item)
  }
}

extension NetworkVolume {
  fileprivate init?(rest json: JSONValue) {
    guard let id = json["id"]?.stringValue, let size = json["size"]?.wholeNumber,
      let dataCenterId = json["dataCenter"]?.stringValue
    else { return nil }
    self.init(id: id, name: json["name"]?.stringValue ?? "", sizeInGb: size, dataCenterId: dataCenterId)
  }
}

extension PodTemplate {
  fileprivate init?(rest json: JSONValue) {
    guard let id = json["id"]?.stringValue else { return nil }
    let persistent = json["mounts"]?["persistent"]
    self.init(
      id: id,
      name: json["name"]?.stringValue ?? "",
      imageName: json["image"]?.stringValue ?? "",
      containerDiskInGb: json["disk"]?.wholeNumber,
      volumeInGb: persistent?["size"]?.wholeNumber,
      volumeMountPath: persistent?["path"]?.stringValue,
      ports: json["ports"]?.arrayValue.map { $0.compactMap(\.stringValue).joined(separator: ",") }
    )
  }
}
