import Reporting

extension Failure {
  /// What SQLite answered, as a failure that names the file.
  init(_ error: SQLiteError, path: String) {
    if error.isBusy {
      self.init(
        .busy,
        "Another process has held the state file \(path) for too long.",
        hint: "Look for a stopped or hanging runpod-rpc process, then try again.",
        details: ["path": path]
      )
    } else if error.isCorrupt {
      self = .damagedStore(path: path, reason: error.message)
    } else {
      self.init(
        .storeFailure,
        "The state file \(path) cannot be used: \(error.message).",
        hint: "Check that the disk has room and that the file and its directory may be written to.",
        details: ["path": path, "sqliteCode": String(error.code)]
      )
    }
  }

  static func damagedStore(path: String, reason: String) -> Failure {
    Failure(
      .storeFailure,
      "The state file \(path) is damaged or is not a state file: \(reason). It was left untouched.",
      hint: "Move it away to start with empty books, or restore a copy of it.",
      details: ["path": path]
    )
  }

  static func newerStore(path: String, migration: String) -> Failure {
    Failure(
      .storeFailure,
      "The state file \(path) was written by a newer runpod-rpc (it has \"\(migration)\"). It was left untouched.",
      hint: "Use that newer version, or another state directory.",
      details: ["path": path, "migration": migration]
    )
  }
}
