import FoundationEssentials

extension PodTable {
  static func find(number: Int, _ connection: Connection) throws -> PodRecord? {
    try connection.first("SELECT * FROM pods WHERE number = :number", ["number": number], record)
  }

  static func find(podId: String, _ connection: Connection) throws -> PodRecord? {
    try connection.first("SELECT * FROM pods WHERE pod_id = :podId", ["podId": podId], record)
  }

  static func find(intent: String, _ connection: Connection) throws -> PodRecord? {
    try connection.first("SELECT * FROM pods WHERE intent = :intent", ["intent": intent], record)
  }

  static func find(clientToken: String, account: String, _ connection: Connection) throws -> PodRecord? {
    try connection.first(
      "SELECT * FROM pods WHERE account = :account AND client_token = :token",
      ["account": account, "token": clientToken],
      record
    )
  }

  static func change(
    _ record: inout PodRecord,
    _ connection: Connection,
    _ change: (inout PodRecord) -> Void
  ) throws {
    let before = record
    change(&record)
    if record != before { try save(record, connection) }
  }

  /// Rows of one account, or of all; those of a state file from before there were accounts count for each.
  private static let ofAccount = "(:account IS NULL OR account IS NULL OR account = :account)"

  static func page(
    status: String?,
    account: String?,
    before: Int?,
    limit: Int,
    _ connection: Connection
  ) throws -> [PodRecord] {
    let before = before ?? .max
    guard let status else {
      return try connection.query(
        "SELECT * FROM pods WHERE number < :before AND \(ofAccount) ORDER BY number DESC LIMIT :limit",
        ["account": account, "before": before, "limit": limit],
        record
      )
    }
    return try connection.query(
      """
      SELECT * FROM pods WHERE status = :status AND number < :before AND \(ofAccount)
      ORDER BY number DESC LIMIT :limit
      """,
      ["account": account, "status": status, "before": before, "limit": limit],
      record
    )
  }

  static func live(account: String?, _ connection: Connection) throws -> [PodRecord] {
    try connection.query(
      "SELECT * FROM pods WHERE is_live AND \(ofAccount) ORDER BY number",
      ["account": account],
      record
    )
  }

  /// How many live pods belong to other accounts.
  static func countOfOthers(than account: String, _ connection: Connection) throws -> Int {
    try connection.first(
      "SELECT count(*) AS count FROM pods WHERE is_live AND account != :account",
      ["account": account]
    ) { row in try row.value("count", as: Int.self) } ?? 0
  }

  static func all(_ connection: Connection) throws -> [PodRecord] {
    try connection.query("SELECT * FROM pods WHERE pod_id IS NOT NULL ORDER BY number", [:], record)
  }

  static func due(at time: Date, account: String?, _ connection: Connection) throws -> [PodRecord] {
    try connection.query(
      """
      SELECT * FROM pods WHERE is_live AND \(ofAccount) AND (
        terminate_after <= :time OR held_until <= :time OR spent_up <= :time
        OR stop_after <= :time AND metered_since IS NOT NULL
      ) ORDER BY number
      """,
      ["account": account, "time": time],
      record
    )
  }

  static func nextDue(after time: Date, _ connection: Connection) throws -> Date? {
    try ["terminate_after", "held_until", "spent_up", "stop_after"].compactMap { column in
      try connection.first(
        "SELECT \(column) AS next FROM pods WHERE is_live AND \(column) > :time ORDER BY \(column) LIMIT 1",
        ["time": time]
      ) { row in try row.value("next", as: Date.self) }
    }.min()
  }

  static func kept(by keeper: String, account: String?, _ connection: Connection) throws -> [PodRecord] {
    try connection.query(
      "SELECT * FROM pods WHERE is_live AND keeper = :keeper AND \(ofAccount) ORDER BY number",
      ["account": account, "keeper": keeper],
      record
    )
  }

  static func hasUnsettled(
    at time: Date,
    pendingSince: Date,
    givenUpSince: Date,
    _ connection: Connection
  ) throws -> Bool {
    try connection.first(
      """
      SELECT 1 FROM pods
      WHERE pod_id IS NULL
        AND (is_live AND created <= :pending OR terminate_after <= :time AND created > :givenUp) LIMIT 1
      """,
      ["time": time, "pending": pendingSince, "givenUp": givenUpSince]
    ) { _ in true } ?? false
  }
}
