/// A runner that GitHub may have in its list for a pod: a row of `registrations`.
package struct RegistrationRecord: Sendable, Hashable {
  package var podId: String
  /// The web address of the repository, organisation or enterprise.
  package var url: String
  package var name: String

  package init(podId: String, url: String, name: String) {
    self.podId = podId
    self.url = url
    self.name = name
  }
}
