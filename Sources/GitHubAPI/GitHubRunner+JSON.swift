import JSON
import Values

extension GitHubRunner {
  /// As GitHub lists it; nil for what is no runner, and for one whose name is none, which is warned of.
  init?(_ json: JSONValue, _ intake: Intake) {
    guard let id = json["id"]?.intValue,
      let name = intake.take(json["name"]?.stringValue, "the name of runner \(id)", as: Label.self)?.rawValue
    else { return nil }
    func label(_ value: JSONValue?, _ what: String) -> String? {
      intake.take(value?.stringValue, "\(what) of runner \(id)", as: Label.self)?.rawValue
    }
    self.init(
      id: id,
      name: name,
      os: label(json["os"], "the system") ?? "unknown",
      status: label(json["status"], "the status") ?? "offline",
      busy: json["busy"]?.boolValue ?? false,
      labels: (json["labels"]?.arrayValue ?? []).compactMap { label($0["name"], "a label") },
      ephemeral: json["ephemeral"]?.boolValue,
      version: label(json["version"], "the version"),
      groupId: json["runner_group_id"]?.intValue
    )
  }
}
