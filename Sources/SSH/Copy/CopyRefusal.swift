import Subprocess

/// What of a copy could not be read or written, and why.
struct CopyRefusal: Error {
  let what: String
  let reason: String

  static func reading(_ path: String, _ reason: String) -> CopyRefusal {
    CopyRefusal(what: "\(path) cannot be read", reason: reason)
  }

  static func writing(_ path: String, _ reason: String) -> CopyRefusal {
    CopyRefusal(what: "\(path) cannot be written", reason: reason)
  }
}
