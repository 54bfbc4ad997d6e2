import Concurrency
import Outside
import RunPodAPI
import Storage

/// The account whose key is in use, as the state file names it.
struct AccountBinding: Sendable {
  private struct Known: Sendable {
    let userId: String?
    let account: String
  }

  let identity: AccountIdentity
  let accounts: AccountStore
  private let known = Locked<Known?>(nil)

  init(identity: AccountIdentity, accounts: AccountStore) {
    self.identity = identity
    self.accounts = accounts
  }

  /// RunPod's id of the user, or a text made of the key where no API has told it.
  ///
  /// - Throws: `Failure(.storeFailure)` when the state file cannot be read.
  func account() async throws -> String {
    let userId = identity.userId
    if let known = known.withLock({ $0 }), known.userId == userId { return known.account }
    let account = try await accounts.account(fingerprint: identity.fingerprint, userId: userId)
    // Until RunPod has told it and the state file has taken it, another process may change it.
    if account.bytes == userId?.bytes { known.withLock { $0 = Known(userId: userId, account: account) } }
    return account
  }

  /// Takes in that RunPod has shown a pod of `other` to this key: the key is a new one of the same account.
  ///
  /// Two ids that RunPod itself has told stay two accounts, whatever one of them shows.
  func merge(_ other: String?) async throws {
    let account = try await account()
    guard let other, other.bytes != account.bytes else { return }
    if AccountStore.isProvisional(other) {
      try await accounts.merge(other, into: account)
    } else if AccountStore.isProvisional(account) {
      try await accounts.merge(account, into: other)
    }
  }
}
