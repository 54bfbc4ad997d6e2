/// A runner that GitHub may have in its list for a pod: a row of `registrations`.
package struct RegistrationRecord: Sendable, Hashable {
  package var podId: String
  /// The web address of the repository, organisation or enterprise.
  package var url: String
  package var name: String
  /// The RunPod account that the pod belongs to; nil in a state file from before there was one.
  package var account: String?

  package init(podId: String, url: String, name: String, account: String? = nil) {
    self.podId = podId
    self.url = url
    self.name = name
    self.account = account
  }
}
