/// A failure of the domain as its caller should hear of it: a stable kind, what happened, what to do, what exists now.
package struct Failure: Error, Sendable, Hashable {
  package var kind: Kind
  /// One sentence that says what happened. Never holds a secret.
  package var message: String
  /// One sentence that says what to do about it.
  package var hint: String?
  /// Whether the same request may succeed when it is simply sent again.
  package var retryable: Bool
  /// Ids of what exists because of the request, by name: `["podId": "50qynxzilsxoey"]`.
  package var resources: [String: String]
  /// Further facts for machines, by name: `["path": "/home/me/.ssh/id_ed25519"]`.
  package var details: [String: String]

  package init(
    _ kind: Kind,
    _ message: String,
    hint: String? = nil,
    retryable: Bool? = nil,
    resources: [String: String] = [:],
    details: [String: String] = [:]
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.retryable = retryable ?? kind.isUsuallyRetryable
    self.resources = resources
    self.details = details
  }

  /// The same failure, naming one more thing that exists because of the request.
  package func adding(resource name: String, _ id: String) -> Failure {
    var failure = self
    failure.resources[name] = id
    return failure
  }
}
