/// What a pod can be rented after. Its environment is left out: it may hold secrets.
package struct PodTemplate: Codable, Sendable, Hashable {
  package var id: String
  package var name: String
  package var imageName: String
  package var containerDiskInGb: Int?
  package var volumeInGb: Int?
  package var volumeMountPath: String?
  /// "22/tcp,8888/http".
  package var ports: String?

  package init(
    id: String,
    name: String,
    imageName: String,
    containerDiskInGb: Int? = nil,
    volumeInGb: Int? = nil,
    volumeMountPath: String? = nil,
    ports: String? = nil
  ) {
    self.id = id
    self.name = name
    self.imageName = imageName
    self.containerDiskInGb = containerDiskInGb
    self.volumeInGb = volumeInGb
    self.volumeMountPath = volumeMountPath
    self.ports = ports
  }
}
