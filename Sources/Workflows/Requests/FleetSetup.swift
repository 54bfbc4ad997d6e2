import Outside
import Reporting
import Runners

/// Runners to set up at once, each on a pod of its own. Each succeeds or fails by itself.
package struct FleetSetup: Codable, Sendable, Hashable {
  /// Given again under its name, only the difference is changed; without a name, each is a new fleet.
  package var name: String?
  package var members: [RunnerSetup]
  /// How many are worked on at once.
  package var maxParallel: Int
  /// With fewer the fleet is no use: it fails, and those that had succeeded are undone.
  package var minSuccess: Int
  /// Whether the first failure ends the whole: what is under way is undone, what has not begun is left out.
  package var stopOnFailure: Bool

  package init(
    name: String? = nil,
    members: [RunnerSetup],
    maxParallel: Int = 3,
    minSuccess: Int = 1,
    stopOnFailure: Bool = false
  ) {
    self.name = name
    self.members = members
    self.maxParallel = maxParallel
    self.minSuccess = minSuccess
    self.stopOnFailure = stopOnFailure
  }

  private enum CodingKeys: String, CodingKey {
    case members = "pods"
    case name, maxParallel, minSuccess, stopOnFailure
  }

  /// What is left out takes the initialiser's default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decodeIfPresent(String.self, forKey: .name),
      members: try values.decode([RunnerSetup].self, forKey: .members),
      maxParallel: try values.decodeIfPresent(Int.self, forKey: .maxParallel) ?? 3,
      minSuccess: try values.decodeIfPresent(Int.self, forKey: .minSuccess) ?? 1,
      stopOnFailure: try values.decodeIfPresent(Bool.self, forKey: .stopOnFailure) ?? false
    )
  }
}

extension FleetSetup: WorkflowParameters {
  func withoutSecrets() -> FleetSetup {
    var fleet = self
    fleet.members = members.map { $0.withoutSecrets() }
    return fleet
  }

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws {
    for member in members { try member.validate() }
    let names = members.filter { !$0.options.replace }.compactMap { member in
      member.terms.runnerName.map { "\(member.terms.repoUrl.bytes.lowercased) \($0.bytes.lowercased)" }
    }
    guard name != "", maxParallel > 0, (0...max(1, members.count)).contains(minSuccess) else {
      throw Failure(
        .configurationInvalid,
        "A fleet's name must not be empty, maxParallel above zero, and minSuccess no greater than the number of members."
      )
    }
    guard !members.isEmpty || name != nil else {
      throw Failure(
        .configurationInvalid,
        "A fleet needs members.",
        hint: "With a name and no members, all that the fleet of that name has is taken away."
      )
    }
    guard Set(names.map(\.bytes)).count == names.count else {
      throw Failure(
        .configurationInvalid,
        "Two members of the fleet have the same runnerName.",
        hint: "Leave the names out to have them made."
      )
    }
  }

  func check(_ world: any WorkflowWorld) async throws {
    for member in members { try await member.check(world) }
  }
}
