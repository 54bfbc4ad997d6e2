/// The registrations of runners that were begun here and are not known to have ended, so that none outlives its pod unseen.
package struct RegistrationStore: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Writes a row, on the disk when this returns; one that is there is kept.
  package func insert(_ record: RegistrationRecord) async throws {
    _ = try await database.write(flushed: true) { connection in
      try connection.execute(
        "INSERT OR IGNORE INTO registrations (pod_id, url, name, account) VALUES (:pod_id, :url, :name, :account)",
        ["pod_id": record.podId, "url": record.url, "name": record.name, "account": record.account]
      )
    }
  }

  package func delete(_ record: RegistrationRecord) async throws {
    _ = try await database.write { connection in
      try connection.execute(
        "DELETE FROM registrations WHERE pod_id = :pod_id AND url = :url AND name = :name",
        Self.values(record)
      )
    }
  }

  /// Those of one pod, or all; of one account, or all.
  package func list(podId: String? = nil, account: String? = nil) async throws -> [RegistrationRecord] {
    try await database.read { connection in
      try connection.query(
        """
        SELECT * FROM registrations WHERE (:pod_id IS NULL OR pod_id = :pod_id)
          AND (:account IS NULL OR account IS NULL OR account = :account)
        ORDER BY pod_id, url, name
        """,
        ["pod_id": podId, "account": account]
      ) { row in
        try RegistrationRecord(
          podId: row.value("pod_id"),
          url: row.value("url"),
          name: row.value("name"),
          account: row.optional("account")
        )
      }
    }
  }

  private static func values(_ record: RegistrationRecord) -> KeyValuePairs<String, (any ColumnValue)?> {
    ["pod_id": record.podId, "url": record.url, "name": record.name]
  }
}
