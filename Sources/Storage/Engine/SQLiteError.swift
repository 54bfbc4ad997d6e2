import CSQLite

/// What SQLite answered, before the database turns it into a `Failure` that names the file.
struct SQLiteError: Error {
  let code: Int32
  let message: String

  /// The code without its extension bits.
  var primary: Int32 { code & 0xff }

  var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }
  var isCorrupt: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }

  init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  init(_ handle: OpaquePointer?, code: Int32) {
    self.code = code
    if let handle, let text = sqlite3_errmsg(handle) {
      message = String(cString: text)
    } else {
      message = String(cString: sqlite3_errstr(code))
    }
  }
}
