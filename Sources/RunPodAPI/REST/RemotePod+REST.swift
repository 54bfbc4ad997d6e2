import JSON
import Values

extension RemotePod {
  /// A pod as REST v2 describes it; nil for null and for what has no proper id.
  init?(rest json: JSONValue, _ intake: Intake) {
    guard let entry = PodEntry(json, intake) else { return nil }
    let status = entry.word("status") ?? "UNKNOWN"
    let cost = json["cost"]?.doubleValue
    self.init(
      id: entry.id,
      name: entry.label("name") ?? "",
      // A creation is RUNNING by GraphQL's word from the first moment; what is missing then is the runtime.
      desiredStatus: ["PROVISIONING", "STARTING"].contains(status) ? "RUNNING" : status,
      imageName: entry.label("image"),
      podHostId: entry.word("username", in: json["ssh"]?["proxy"]),
      cloudType: entry.word("cloud"),
      dataCenterId: entry.word("dataCenterId"),
      gpuTypeId: entry.label("id", in: json["gpu"]),
      gpuCount: json["gpu"]?["count"]?.wholeNumber,
      // It is 0 for a stopped pod, which says nothing of what the pod costs when it runs.
      costPerHour: cost == 0 ? nil : cost,
      volumeInGb: json["mounts"]?["persistent"]?["size"]?.wholeNumber,
      runtime: status == "RUNNING" ? Runtime(rest: json, entry) : nil,
      tag: PodTag(environment: (json["env"]?.objectValue ?? [:]).texts)
    )
  }
}

extension JSONObject {
  /// The members that are texts.
  fileprivate var texts: [String: String] {
    // Characters: the names that are looked up are ASCII.
    Dictionary(compactMap { member in member.value.stringValue.map { (member.key, $0) } }) { _, last in last }
  }
}

extension RemotePod.Runtime {
  /// - Parameter pod: The pod whose `runtime` is meant. Outside of it stands `ssh.direct`, RunPod's own answer to where SSH
  ///   is, which comes before the ports: their first row for 22 can be a private address.
  fileprivate init?(rest pod: JSONValue, _ entry: PodEntry) {
    let json = pod["runtime"]
    let direct = Port(direct: pod["ssh"]?["direct"], entry)
    guard json?.objectValue != nil || direct != nil else { return nil }
    let listed = (json?["ports"]?.arrayValue ?? []).compactMap { Port(rest: $0, entry) }
    let others = direct == nil ? listed : listed.filter { $0.privatePort != 22 }
    self.init(uptimeInSeconds: json?["uptime"]?.wholeNumber, ports: [direct].compactMap(\.self) + others)
  }
}

extension RemotePod.Runtime.Port {
  fileprivate init?(direct json: JSONValue?, _ entry: PodEntry) {
    guard let host = entry.host(json?["host"]), !PrivateAddress.holds(host), let port = entry.port(json?["port"])
    else {
      return nil
    }
    self.init(ip: host, isIpPublic: true, privatePort: 22, publicPort: port, type: "tcp")
  }

  fileprivate init?(rest json: JSONValue, _ entry: PodEntry) {
    guard let privatePort = json["private"]?.wholeNumber else { return nil }
    let ip = entry.host(json["ip"])
    let publicPort = entry.port(json["public"])
    let type = entry.word("type", in: json)
    self.init(
      ip: ip,
      // HTTP ports are reached through RunPod's proxy, whatever address they show.
      isIpPublic: type == "tcp" && ip.map(PrivateAddress.holds) == false && publicPort != nil,
      privatePort: privatePort,
      publicPort: publicPort,
      type: type
    )
  }
}
