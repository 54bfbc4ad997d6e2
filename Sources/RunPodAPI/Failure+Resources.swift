import JSON
package import Reporting

extension Failure {
  /// The failure for an id that is not among those that there are.
  package static func unknown(_ parameter: String, _ id: String, among known: [String]) -> Failure {
    let shown = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? " and \(known.count - 20) more" : "")
    return Failure(
      .configurationInvalid,
      "There is no \(parameter) \"\(id)\".",
      hint: known.isEmpty ? "The account has none." : "There are \(shown)."
    )
  }

  /// All items of a list.
  ///
  /// - Throws: `Failure(.apiFailure)` when there is no list, or something in it cannot be read.
  static func whole<Item>(_ list: JSONValue?, _ item: (JSONValue) -> Item?) throws -> [Item] {
    guard let values = list?.arrayValue else {
      throw Failure(.apiFailure, "RunPod answered without the list that it was asked for.", hint: "Try again.")
    }
    return try values.map { value in
      if let item = item(value) { return item }
      throw Failure(
        .apiFailure,
        "RunPod's list is not whole: it could not tell one of its members.",
        hint: "Try again."
      )
    }
  }
}

extension NetworkVolume {
  static func made(_ volume: NetworkVolume?) throws -> NetworkVolume {
    if let volume { return volume }
    throw Failure(
      .ambiguousOutcome,
      "RunPod answered the creation of a volume without the volume.",
      hint: "Look at volumes/list before trying again."
    )
  }
}

extension RegistryCredential {
  init?(json: JSONValue) {
    guard let id = json["id"]?.stringValue else { return nil }
    self.init(id: id, name: json["name"]?.stringValue ?? "")
  }

  static func made(_ credential: RegistryCredential?) throws -> RegistryCredential {
    if let credential { return credential }
    throw Failure(
      .ambiguousOutcome,
      "RunPod answered the creation of credentials without their id.",
      hint: "Look at registries/list before trying again."
    )
  }
}
