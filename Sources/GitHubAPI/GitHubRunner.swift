/// A self-hosted runner as GitHub lists it.
package struct GitHubRunner: Codable, Sendable, Hashable {
  package var id: Int
  package var name: String
  /// As GitHub spells it: "linux", "Linux" and "unknown" have been seen.
  package var os: String
  /// "online" or "offline"; neither proves health or death on its own.
  package var status: String
  package var busy: Bool
  package var labels: [String]
  package var ephemeral: Bool?
  package var version: String?
  /// The runner group; nil when GitHub does not say.
  package var groupId: Int?

  package init(
    id: Int,
    name: String,
    os: String,
    status: String,
    busy: Bool,
    labels: [String] = [],
    ephemeral: Bool? = nil,
    version: String? = nil,
    groupId: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.os = os
    self.status = status
    self.busy = busy
    self.labels = labels
    self.ephemeral = ephemeral
    self.version = version
    self.groupId = groupId
  }
}
