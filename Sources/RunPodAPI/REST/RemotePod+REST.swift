import JSON

extension RemotePod {
  /// A pod as REST v2 describes it; nil for null and for what has no id.
  init?(rest json: JSONValue) {
    guard let id = json["id"]?.stringValue, !id.isEmpty else { return nil }
    let status = json["status"]?.stringValue ?? "UNKNOWN"
    let cost = json["cost"]?.doubleValue
    self.init(
      id: id,
      name: json["name"]?.stringValue ?? "",
      // A creation is RUNNING by GraphQL's word from the first moment; what is missing then is the runtime.
      desiredStatus: ["PROVISIONING", "STARTING"].contains(status) ? "RUNNING" : status,
      imageName: json["image"]?.stringValue,
      podHostId: json["ssh"]?["proxy"]?["username"]?.stringValue,
      cloudType: json["cloud"]?.stringValue,
      dataCenterId: json["dataCenterId"]?.stringValue,
      gpuTypeId: json["gpu"]?["id"]?.stringValue,
      gpuCount: json["gpu"]?["count"]?.wholeNumber,
      // It is 0 for a stopped pod, which says nothing of what the pod costs when it runs.
      costPerHour: cost == 0 ? nil : cost,
      volumeInGb: json["mounts"]?["persistent"]?["size"]?.wholeNumber,
      runtime: status == "RUNNING" ? Runtime(rest: json) : nil,
      tag: PodTag(environment: (json["env"]?.objectValue ?? [:]).texts)
    )
  }
}

extension JSONObject {
  /// The members that are texts.
  fileprivate var texts: [String: String] {
    Dictionary(compactMap { member in member.value.stringValue.map { (member.key, $0) } }) { _, last in last }
  }
}

extension RemotePod.Runtime {
  /// - Parameter pod: The pod whose `runtime` is meant. Outside of it stands `ssh.direct`, RunPod's own answer to where SSH
  ///   is, which comes before the ports: their first row for 22 can be a private address.
  fileprivate init?(rest pod: JSONValue) {
    let json = pod["runtime"]
    let direct = Port(direct: pod["ssh"]?["direct"])
    guard json?.objectValue != nil || direct != nil else { return nil }
    let listed = (json?["ports"]?.arrayValue ?? []).compactMap(Port.init(rest:))
    let others = direct == nil ? listed : listed.filter { $0.privatePort != 22 }
    self.init(uptimeInSeconds: json?["uptime"]?.wholeNumber, ports: [direct].compactMap(\.self) + others)
  }
}

extension RemotePod.Runtime.Port {
  fileprivate init?(direct json: JSONValue?) {
    guard let host = json?["host"]?.stringValue, !PrivateAddress.holds(host), let port = json?["port"]?.wholeNumber
    else {
      return nil
    }
    self.init(ip: host, isIpPublic: true, privatePort: 22, publicPort: port, type: "tcp")
  }

  fileprivate init?(rest json: JSONValue) {
    guard let privatePort = json["private"]?.wholeNumber else { return nil }
    let ip = json["ip"]?.stringValue
    let publicPort = json["public"]?.wholeNumber
    let type = json["type"]?.stringValue
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
