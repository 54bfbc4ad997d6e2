import FoundationEssentials
import JSON
import Storage

/// How values look in the journal: JSON text.
enum JournalForm {
  static func encode(_ value: some Encodable) throws -> String { try JSONValueEncoder().encode(value).text }

  static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    try JSONValueDecoder().decode(type, from: try JSONValue(parsing: text))
  }
}

extension WorkflowEvent {
  /// As it is kept: its number and time are columns of the row.
  var payload: String {
    get throws {
      guard case .object(var object) = try JSONValueEncoder().encode(self) else { return "{}" }
      object["sequence"] = nil
      object["time"] = nil
      return JSONValue.object(object).text
    }
  }

  init(_ row: WorkflowEventRecord) throws {
    var object = try JSONValue(parsing: row.payload).objectValue ?? [:]
    object["sequence"] = .integer(row.sequence)
    object["time"] = JSONValue(row.time.timeIntervalSinceReferenceDate)
    self = try JSONValueDecoder().decode(WorkflowEvent.self, from: .object(object))
  }
}

extension Workflow {
  init(_ record: WorkflowRecord) throws {
    var object: JSONObject = [
      "id": .string(record.id),
      "kind": .string(record.kind),
      "state": .string(record.state),
      "steps": try JSONValue(parsing: record.steps)["steps"] ?? [],
      "created": JSONValue(record.created.timeIntervalSinceReferenceDate),
      "updated": JSONValue(record.updated.timeIntervalSinceReferenceDate),
    ]
    object["result"] = try record.result.map { try JSONValue(parsing: $0) }
    object["error"] = try record.error.map { try JSONValue(parsing: $0) }
    self = try JSONValueDecoder().decode(Workflow.self, from: .object(object))
  }
}
