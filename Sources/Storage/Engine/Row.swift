import CSQLite
package import Values

/// The present row of a query; good only inside the closure that is given it.
package struct Row {
  let statement: Statement
  let intake: Intake

  /// The value of a column that is never NULL.
  package func value<Value: ColumnValue>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    guard let value = try optional(name, as: type) else {
      throw SQLiteError(code: SQLITE_MISMATCH, message: "column \(name) is empty")
    }
    return value
  }

  /// The value of a column, nil for NULL.
  package func optional<Value: ColumnValue>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
    guard let index = statement.columns[name] else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "no column is named \(name)")
    }
    let column = statement.column(index)
    if column == .null { return nil }
    guard let value = Value(column: column) else {
      throw SQLiteError(code: SQLITE_MISMATCH, message: "column \(name) is not a \(Value.self)")
    }
    return value
  }

  /// The value of a column that must fit; nil for NULL, and for what does not fit, which is warned of.
  package func checked<Value: CheckedValue>(_ name: String, as type: Value.Type = Value.self) throws -> Value?
  where Value.RawValue: ColumnValue {
    intake.take(try optional(name), "a \(name)")
  }
}
