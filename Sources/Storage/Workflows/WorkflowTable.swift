import CSQLite
import FoundationEssentials

/// The statements over `workflows` and `workflow_events`.
enum WorkflowTable {
  typealias Numbered = (number: Int, record: WorkflowRecord)

  static func insert(_ record: WorkflowRecord, _ connection: Connection) throws {
    try connection.execute(
      """
      INSERT INTO workflows
        (id, kind, state, parameters, result, error, steps, owner, wish, parent, subject, account, created, updated)
      VALUES
        (:id, :kind, :state, :parameters, :result, :error, :steps, :owner, :wish, :parent, :subject, :account, :created, :updated)
      """,
      [
        "id": record.id, "kind": record.kind, "state": record.state, "parameters": record.parameters,
        "result": record.result, "error": record.error, "steps": record.steps, "owner": record.owner,
        "wish": record.wish, "parent": record.parent, "subject": record.subject,
        "account": record.account,
        "created": record.created, "updated": record.updated,
      ]
    )
  }

  static func save(_ record: WorkflowRecord, _ connection: Connection) throws {
    try connection.execute(
      """
      UPDATE workflows
      SET state = :state, result = :result, error = :error, steps = :steps, owner = :owner, wish = :wish,
        updated = :updated
      WHERE id = :id
      """,
      [
        "id": record.id, "state": record.state, "result": record.result, "error": record.error,
        "steps": record.steps, "owner": record.owner, "wish": record.wish, "updated": record.updated,
      ]
    )
  }

  static func find(_ id: String, _ connection: Connection) throws -> WorkflowRecord? {
    try connection.first("SELECT * FROM workflows WHERE id = :id", ["id": id], record)
  }

  static func newest(about subject: String, _ connection: Connection) throws -> WorkflowRecord? {
    try connection.first(
      "SELECT * FROM workflows WHERE subject = :subject ORDER BY number DESC LIMIT 1",
      ["subject": subject],
      record
    )
  }

  /// Rows of one account, or of all; those of a state file from before there were accounts count for each.
  private static let ofAccount = "(:account IS NULL OR account IS NULL OR account = :account)"

  /// How many unfinished workflows that are no part of another one belong to other accounts.
  static func countOfOthers(than account: String, _ connection: Connection) throws -> Int {
    try connection.first(
      "SELECT count(*) AS count FROM workflows WHERE state IN ('running', 'interrupted') AND parent IS NULL "
        + "AND account != :account",
      ["account": account]
    ) { row in try row.value("count", as: Int.self) } ?? 0
  }

  /// Those that are no part of another one, newest first.
  static func page(
    state: String?,
    account: String?,
    before: Int?,
    limit: Int,
    _ connection: Connection
  ) throws -> [Numbered] {
    let before = before ?? .max
    guard let state else {
      return try connection.query(
        """
        SELECT * FROM workflows WHERE parent IS NULL AND number < :before AND \(ofAccount)
        ORDER BY number DESC LIMIT :limit
        """,
        ["account": account, "before": before, "limit": limit],
        numbered
      )
    }
    return try connection.query(
      """
      SELECT * FROM workflows WHERE state = :state AND parent IS NULL AND number < :before AND \(ofAccount)
      ORDER BY number DESC LIMIT :limit
      """,
      ["account": account, "state": state, "before": before, "limit": limit],
      numbered
    )
  }

  /// Those that are no part of another one, oldest first.
  static func inState(_ state: String, _ connection: Connection) throws -> [Numbered] {
    try connection.query(
      "SELECT * FROM workflows WHERE state = :state AND parent IS NULL ORDER BY number",
      ["state": state],
      numbered
    )
  }

  static func parts(of parent: String, _ connection: Connection) throws -> [WorkflowRecord] {
    try connection.query("SELECT * FROM workflows WHERE parent = :parent ORDER BY number", ["parent": parent], record)
  }

  static func wishes(for owner: String, _ connection: Connection) throws -> [String] {
    try connection.query(
      "SELECT id FROM workflows WHERE state = 'running' AND owner = :owner AND wish IS NOT NULL",
      ["owner": owner]
    ) { row in try row.value("id") }
  }

  static func append(_ payload: String, to id: String, at time: Date, _ connection: Connection) throws {
    let (sequence, isBeyond) = try lastSequence(of: id, connection).addingReportingOverflow(1)
    if isBeyond { throw SQLiteError(code: SQLITE_MISMATCH, message: "the events of \(id) have no number left") }
    try connection.execute(
      "INSERT INTO workflow_events (workflow, sequence, time, payload) VALUES (:id, :sequence, :time, :payload)",
      ["id": id, "sequence": sequence, "time": time, "payload": payload]
    )
  }

  static func lastSequence(of id: String, _ connection: Connection) throws -> Int {
    let last = try connection.first(
      "SELECT coalesce(max(sequence), 0) AS last FROM workflow_events WHERE workflow = :id",
      ["id": id]
    ) { row in try row.value("last", as: Int.self) }
    return last ?? 0
  }

  static func events(_ id: String, after: Int, limit: Int, _ connection: Connection) throws -> [WorkflowEventRecord] {
    try connection.query(
      """
      SELECT sequence, time, payload FROM workflow_events
      WHERE workflow = :id AND sequence > :after ORDER BY sequence LIMIT :limit
      """,
      ["id": id, "after": after, "limit": limit]
    ) { row in
      WorkflowEventRecord(
        workflow: id,
        sequence: try row.value("sequence"),
        time: try row.value("time"),
        payload: try row.value("payload")
      )
    }
  }

  private static func numbered(_ row: Row) throws -> Numbered {
    (try row.value("number"), try record(row))
  }

  private static func record(_ row: Row) throws -> WorkflowRecord {
    var record = WorkflowRecord(
      id: try row.value("id"),
      kind: try row.value("kind"),
      state: try row.value("state"),
      parameters: try row.value("parameters"),
      result: try row.optional("result"),
      error: try row.optional("error"),
      steps: try row.value("steps"),
      owner: try row.optional("owner"),
      parent: try row.optional("parent"),
      subject: try row.optional("subject"),
      account: try row.optional("account"),
      created: try row.value("created"),
      updated: try row.value("updated")
    )
    record.wish = try row.optional("wish")
    return record
  }
}
