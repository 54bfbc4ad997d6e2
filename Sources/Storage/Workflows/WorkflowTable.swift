import FoundationEssentials

/// The statements over `workflows` and `workflow_events`.
enum WorkflowTable {
  typealias Numbered = (number: Int, record: WorkflowRecord)

  static func insert(_ record: WorkflowRecord, _ connection: Connection) throws {
    try connection.execute(
      """
      INSERT INTO workflows (id, kind, state, parameters, result, error, steps, owner, created, updated)
      VALUES (:id, :kind, :state, :parameters, :result, :error, :steps, :owner, :created, :updated)
      """,
      [
        "id": record.id, "kind": record.kind, "state": record.state, "parameters": record.parameters,
        "result": record.result, "error": record.error, "steps": record.steps, "owner": record.owner,
        "created": record.created, "updated": record.updated,
      ]
    )
  }

  static func save(_ record: WorkflowRecord, _ connection: Connection) throws {
    try connection.execute(
      """
      UPDATE workflows
      SET state = :state, result = :result, error = :error, steps = :steps, owner = :owner, updated = :updated
      WHERE id = :id
      """,
      [
        "id": record.id, "state": record.state, "result": record.result, "error": record.error,
        "steps": record.steps, "owner": record.owner, "updated": record.updated,
      ]
    )
  }

  static func find(_ id: String, _ connection: Connection) throws -> WorkflowRecord? {
    try connection.first("SELECT * FROM workflows WHERE id = :id", ["id": id], record)
  }

  static func page(state: String?, before: Int?, limit: Int, _ connection: Connection) throws -> [Numbered] {
    let before = before ?? .max
    guard let state else {
      return try connection.query(
        "SELECT * FROM workflows WHERE number < :before ORDER BY number DESC LIMIT :limit",
        ["before": before, "limit": limit],
        numbered
      )
    }
    return try connection.query(
      "SELECT * FROM workflows WHERE state = :state AND number < :before ORDER BY number DESC LIMIT :limit",
      ["state": state, "before": before, "limit": limit],
      numbered
    )
  }

  static func inState(_ state: String, _ connection: Connection) throws -> [Numbered] {
    try connection.query("SELECT * FROM workflows WHERE state = :state ORDER BY number", ["state": state], numbered)
  }

  static func append(_ payload: String, to id: String, at time: Date, _ connection: Connection) throws -> Int {
    let last = try connection.first(
      "SELECT coalesce(max(sequence), 0) AS last FROM workflow_events WHERE workflow = :id",
      ["id": id]
    ) { row in try row.value("last", as: Int.self) }
    let sequence = (last ?? 0) + 1
    try connection.execute(
      "INSERT INTO workflow_events (workflow, sequence, time, payload) VALUES (:id, :sequence, :time, :payload)",
      ["id": id, "sequence": sequence, "time": time, "payload": payload]
    )
    return sequence
  }

  static func events(_ id: String, after: Int, limit: Int, _ connection: Connection) throws -> [WorkflowEvent] {
    try connection.query(
      """
      SELECT sequence, time, payload FROM workflow_events
      WHERE workflow = :id AND sequence > :after ORDER BY sequence LIMIT :limit
      """,
      ["id": id, "after": after, "limit": limit]
    ) { row in
      WorkflowEvent(
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
    WorkflowRecord(
      id: try row.value("id"),
      kind: try row.value("kind"),
      state: try row.value("state"),
      parameters: try row.value("parameters"),
      result: try row.optional("result"),
      error: try row.optional("error"),
      steps: try row.value("steps"),
      owner: try row.optional("owner"),
      created: try row.value("created"),
      updated: try row.value("updated")
    )
  }
}
