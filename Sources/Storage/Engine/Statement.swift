import CSQLite

/// A prepared statement, kept by its connection and used again.
final class Statement {
  private let connection: OpaquePointer
  private let handle: OpaquePointer
  private let parameters: [String: Int32]
  let columns: [String: Int32]

  init(_ sql: String, on connection: OpaquePointer) throws {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw SQLiteError(connection, code: code) }
    self.connection = connection
    handle = prepared
    var parameters: [String: Int32] = [:]
    for index in 1..<(sqlite3_bind_parameter_count(prepared) + 1) {
      // The name comes with its colon.
      if let name = sqlite3_bind_parameter_name(prepared, index) { parameters[String(cString: name + 1)] = index }
    }
    self.parameters = parameters
    var columns: [String: Int32] = [:]
    for index in 0..<sqlite3_column_count(prepared) {
      if let name = sqlite3_column_name(prepared, index) { columns[String(cString: name)] = index }
    }
    self.columns = columns
  }

  /// Must be called before the connection closes; the statement is dead afterwards.
  func finalize() { sqlite3_finalize(handle) }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Binds every parameter of the statement, no fewer and no others.
  func bind(_ values: KeyValuePairs<String, (any ColumnValue)?>) throws {
    guard values.count == parameters.count else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "\(values.count) values for \(parameters.count) parameters")
    }
    for (name, value) in values {
      guard let index = parameters[name] else {
        throw SQLiteError(code: SQLITE_MISUSE, message: "no parameter is named \(name)")
      }
      let code = bind(value?.column ?? .null, at: index)
      guard code == SQLITE_OK else { throw SQLiteError(connection, code: code) }
    }
  }

  /// Whether there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw SQLiteError(connection, code: code)
    }
  }

  func column(_ index: Int32) -> Column {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT:
      // The text must be asked for before its length, or a conversion could change the length.
      let bytes = sqlite3_column_text(handle, index)
      let count = Int(sqlite3_column_bytes(handle, index))
      return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    default: return .null
    }
  }

  private func bind(_ column: Column, at index: Int32) -> Int32 {
    switch column {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let value): return sqlite3_bind_int64(handle, index, value)
    case .real(let value): return sqlite3_bind_double(handle, index, value)
    case .text(var value):
      return value.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          // An empty string may have no address, which SQLite would take for NULL.
          guard let start = characters.baseAddress else { return csqlite_bind_text(handle, index, "", 0) }
          return csqlite_bind_text(handle, index, start, Int32(characters.count))
        }
      }
    }
  }
}
