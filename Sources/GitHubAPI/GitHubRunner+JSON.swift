import JSON

extension GitHubRunner {
  /// As GitHub lists it; nil for what is no runner.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.intValue, let name = json["name"]?.stringValue else { return nil }
    self.init(
      id: id,
      name: name,
      os: json["os"]?.stringValue ?? "unknown",
      status: json["status"]?.stringValue ?? "offline",
      busy: json["busy"]?.boolValue ?? false,
      labels: (json["labels"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue },
      ephemeral: json["ephemeral"]?.boolValue,
      version: json["version"]?.stringValue
    )
  }
}
