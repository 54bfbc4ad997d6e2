/// What all pods of the account together may cost.
struct Budget: Sendable {
  /// USD an hour.
  let limit: Double
  /// USD an hour of the account's running pods that are not in this state file.
  let unseen: Double
}
