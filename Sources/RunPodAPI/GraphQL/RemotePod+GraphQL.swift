import JSON
import Values

extension RemotePod {
  /// A pod as GraphQL describes it, as far as it was asked for; nil for null and for what has no proper id.
  init?(graphQL json: JSONValue, _ intake: Intake) {
    guard let entry = PodEntry(json, intake) else { return nil }
    self.init(
      id: entry.id,
      name: entry.label("name") ?? "",
      desiredStatus: entry.word("desiredStatus") ?? "UNKNOWN",
      lastStatusChange: json["lastStatusChange"]?.stringValue?.visible,
      imageName: entry.label("imageName"),
      machineId: entry.word("machineId"),
      podHostId: entry.word("podHostId", in: json["machine"]),
      gpuTypeId: entry.label("gpuTypeId", in: json["machine"]),
      gpuCount: json["gpuCount"]?.wholeNumber,
      costPerHour: json["costPerHr"]?.doubleValue,
      volumeInGb: json["volumeInGb"]?.wholeNumber,
      interruptible: json["podType"]?.stringValue.map { ["INTERRUPTABLE", "BID"].contains($0) },
      runtime: json["runtime"].flatMap { Runtime(graphQL: $0, entry) },
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
    // Characters: the names that are looked up are ASCII.
    self.init(environment: Dictionary(pairs) { _, last in last })
  }
}

extension RemotePod.Runtime {
  fileprivate init?(graphQL json: JSONValue, _ entry: PodEntry) {
    guard json.objectValue != nil else { return nil }
    self.init(
      uptimeInSeconds: json["uptimeInSeconds"]?.wholeNumber,
      ports: (json["ports"]?.arrayValue ?? []).compactMap { Port(graphQL: $0, entry) }
    )
  }
}

extension RemotePod.Runtime.Port {
  fileprivate init?(graphQL json: JSONValue, _ entry: PodEntry) {
    guard let privatePort = json["privatePort"]?.wholeNumber else { return nil }
    self.init(
      ip: entry.host(json["ip"]),
      isIpPublic: json["isIpPublic"]?.boolValue ?? false,
      privatePort: privatePort,
      publicPort: entry.port(json["publicPort"]),
      type: entry.word("type", in: json)
    )
  }
}
