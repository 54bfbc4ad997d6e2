import Outside

/// The RunPod accounts whose pods, workflows and registrations are in the state file.
package struct AccountStore: Sendable {
  /// Tables whose rows belong to an account.
  private static let tables = ["pods", "workflows", "registrations"]

  private static let prefix = "key:"

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Whether an account's name is made of a key, RunPod's own id not being known.
  package static func isProvisional(_ account: String) -> Bool { account.bytes.hasPrefix(prefix) }

  /// The account of a key. Rows without an account, of a state file from before there was one, are its own from now on.
  ///
  /// - Parameters:
  ///   - fingerprint: Of the key.
  ///   - userId: RunPod's id of the user, nil when the API does not tell it.
  /// - Returns: RunPod's id as far as it was ever told for this key, else a text made of the fingerprint. What was written
  ///   under the latter moves to the former; as long as that cannot be written, it is still the latter.
  package func account(fingerprint: String, userId: String?) async throws -> String {
    let provisional = Self.prefix + fingerprint
    let known = try await database.read { connection in
      let account = try Self.find(fingerprint, connection)
      return (account: account, isComplete: try !Self.tables.contains { try Self.hasUnbound($0, connection) })
    }
    if known.isComplete, let account = known.account, (userId ?? account).bytes == account.bytes {
      return account
    }
    let written = try? await database.write { connection in
      let account = try userId ?? Self.find(fingerprint, connection) ?? provisional
      try connection.execute(
        "INSERT INTO accounts (fingerprint, account) VALUES (:fingerprint, :account) "
          + "ON CONFLICT (fingerprint) DO UPDATE SET account = :account",
        ["fingerprint": fingerprint, "account": account]
      )
      for table in Self.tables {
        try connection.execute(
          "UPDATE \(table) SET account = :account WHERE account IS NULL OR account = :provisional",
          ["account": account, "provisional": provisional]
        )
      }
      return account
    }
    // Pods have to be ended on a full disk too.
    return written ?? known.account ?? provisional
  }

  /// Moves everything of one account to another: a new key of the same account has shown a pod of it.
  package func merge(_ old: String, into account: String) async throws {
    _ = try await database.write { connection in
      for table in Self.tables {
        try connection.execute(
          "UPDATE \(table) SET account = :account WHERE account = :old",
          ["account": account, "old": old]
        )
      }
      try connection.execute(
        "UPDATE accounts SET account = :account WHERE account = :old",
        ["account": account, "old": old]
      )
    }
  }

  private static func find(_ fingerprint: String, _ connection: Connection) throws -> String? {
    try connection.first(
      "SELECT account FROM accounts WHERE fingerprint = :fingerprint",
      ["fingerprint": fingerprint]
    ) { row in try row.value("account", as: String.self) }
  }

  private static func hasUnbound(_ table: String, _ connection: Connection) throws -> Bool {
    try connection.first("SELECT 1 FROM \(table) WHERE account IS NULL LIMIT 1") { _ in true } ?? false
  }
}
