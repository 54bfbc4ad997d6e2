import Reporting

/// Runners to take away at once.
package struct FleetTeardown: Codable, Sendable, Hashable {
  package var members: [RunnerTeardown]
  /// The fleet of this name is meant, besides `members`.
  package var name: String?
  /// The `setupFleet` workflow whose members are meant, besides `members`.
  package var fleetId: String?
  /// What is to become of the pods of that fleet.
  package var pod: RunnerTeardown.PodFate
  /// How many are worked on at once.
  package var maxParallel: Int

  package init(
    name: String? = nil,
    members: [RunnerTeardown] = [],
    fleetId: String? = nil,
    pod: RunnerTeardown.PodFate = .terminate,
    maxParallel: Int = 3
  ) {
    self.name = name
    self.members = members
    self.fleetId = fleetId
    self.pod = pod
    self.maxParallel = maxParallel
  }

  private enum CodingKeys: String, CodingKey {
    case members = "pods"
    case fleetId = "workflowId"
    case name, pod, maxParallel
  }

  /// What is left out takes the initialiser's default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decodeIfPresent(String.self, forKey: .name),
      members: try values.decodeIfPresent([RunnerTeardown].self, forKey: .members) ?? [],
      fleetId: try values.decodeIfPresent(String.self, forKey: .fleetId),
      pod: try values.decodeIfPresent(RunnerTeardown.PodFate.self, forKey: .pod) ?? .terminate,
      maxParallel: try values.decodeIfPresent(Int.self, forKey: .maxParallel) ?? 3
    )
  }
}

extension FleetTeardown: WorkflowParameters {
  func withoutSecrets() -> FleetTeardown {
    var fleet = self
    fleet.members = members.map { $0.withoutSecrets() }
    return fleet
  }

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws {
    for member in members { try member.validate() }
    guard !members.isEmpty || fleetId != nil || name != nil, name == nil || fleetId == nil, maxParallel > 0 else {
      throw Failure(
        .configurationInvalid,
        "A fleet's teardown needs pods, or a fleet's name or the id of its workflow, and maxParallel above zero."
      )
    }
  }
}
