/// What is to change about a pod that exists. nil leaves a member as it is.
///
/// RunPod starts the container anew for all of these, on an empty container disk; the volume stays.
package struct PodEdit: Sendable, Hashable {
  package var imageName: String?
  /// Variables to set; the others stay.
  package var env: [String: String]?
  /// "22/tcp,8888/http".
  package var ports: String?
  package var containerDiskInGb: Int?

  package init(
    imageName: String? = nil,
    env: [String: String]? = nil,
    ports: String? = nil,
    containerDiskInGb: Int? = nil
  ) {
    self.imageName = imageName
    self.env = env
    self.ports = ports
    self.containerDiskInGb = containerDiskInGb
  }

  /// The whole environment after the change, which both APIs replace at once.
  func environment(over present: [String: String]) -> [String: String]? {
    env.map { present.merging($0) { _, new in new } }
  }

  package var isEmpty: Bool { imageName == nil && env == nil && ports == nil && containerDiskInGb == nil }
}
