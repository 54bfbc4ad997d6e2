import JSON

extension RemotePod {
  /// A pod as GraphQL describes it, as far as it was asked for; nil for null and for what has no id.
  init?(graphQL json: JSONValue) {
    guard let id = json["id"]?.stringValue, !id.isEmpty else { return nil }
    self.init(
      id: id,
      name: json["name"]?.stringValue ?? "",
      desiredStatus: json["desiredStatus"]?.stringValue ?? "UNKNOWN",
      lastStatusChange: json["lastStatusChange"]?.stringValue,
      imageName: json["imageName"]?.stringValue,
      machineId: json["machineId"]?.stringValue,
      podHostId: json["machine"]?["podHostId"]?.stringValue,
      gpuTypeId: json["machine"]?["gpuTypeId"]?.stringValue,
      gpuCount: json["gpuCount"]?.wholeNumber,
      costPerHour: json["costPerHr"]?.doubleValue,
      volumeInGb: json["volumeInGb"]?.wholeNumber,
      interruptible: json["podType"]?.stringValue.map { ["INTERRUPTABLE", "BID"].contains($0) },
      runtime: json["runtime"].flatMap(Runtime.init(graphQL:)),
      tag: PodTag(graphQL: json["env"])
    )
  }
}

extension PodTag {
  /// - Parameter env: Texts of the form "NAME=value".
  fileprivate init?(graphQL env: JSONValue?) {
    let pairs = (env?.arrayValue ?? []).compactMap { entry -> (String, String)? in
      guard let text = entry.stringValue, let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      return (String(text[..<sign]), String(text[text.utf8.index(after: sign)...]))
    }
    self.init(environment: Dictionary(pairs) { _, last in last })
  }
}

extension RemotePod.Runtime {
  fileprivate init?(graphQL json: JSONValue) {
    guard json.objectValue != nil else { return nil }
    self.init(
      uptimeInSeconds: json["uptimeInSeconds"]?.wholeNumber,
      ports: (json["ports"]?.arrayValue ?? []).compactMap(Port.init(graphQL:))
    )
  }
}

extension RemotePod.Runtime.Port {
  fileprivate init?(graphQL json: JSONValue) {
    guard let privatePort = json["privatePort"]?.wholeNumber else { return nil }
    self.init(
      ip: json["ip"]?.stringValue,
      isIpPublic: json["isIpPublic"]?.boolValue ?? false,
      privatePort: privatePort,
      publicPort: json["publicPort"]?.wholeNumber,
      type: json["type"]?.stringValue
    )
  }
}
