/// Credentials of an image registry that RunPod keeps: it never tells them again.
package struct RegistryCredential: Codable, Sendable, Hashable {
  package var id: String
  package var name: String

  package init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}
