import Concurrency
package import Reporting

/// The RunPod account whose key is in use. Pods, workflows and registrations in the state file are bound to it.
package final class AccountIdentity: Sendable {
  /// 16 hexadecimal digits that follow from the key and do not tell it.
  package let fingerprint: String
  private let heard = Locked<String?>(nil)

  package init(apiKey: Secret) { fingerprint = SHA256.hex(Array("runpod-rpc \(apiKey.exposed)".utf8), digits: 16) }

  /// Creates the identity of an account in memory.
  package init(fingerprint: String) { self.fingerprint = fingerprint }

  /// RunPod's id of the user, nil until an answer has told it. GraphQL tells it; REST v2 does not.
  package var userId: String? { heard.withLock { $0 } }

  /// Takes in the id that an answer told.
  package func hear(userId: String?) {
    if let userId { heard.withLock { $0 = userId } }
  }
}
