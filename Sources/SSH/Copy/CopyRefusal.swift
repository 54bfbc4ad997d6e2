import Outside
import Reporting

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

  /// For the caller.
  var failure: Failure {
    // The second is how GNU tar tells of a file of which the disk had room for a part.
    let isFull = ["No space left on device", "Wrote only "].contains { reason.bytes.contains($0) }
    return Failure(
      .environmentIncomplete,
      "\(what): \(reason).",
      hint: isFull
        ? "Free some space there, or give the pod a larger disk."
        : "See that there is permission, and SFTP or the program tar."
    )
  }
}

extension Failure {
  static func noSource(_ path: String) -> Failure {
    Failure(.notFound, "There is no \(path) to copy.", details: ["path": path])
  }

  /// What is at the destination is of a kind that a copy never takes the place of.
  static func inTheWay(_ destination: String, _ words: String) -> Failure {
    Failure(
      .environmentIncomplete,
      "\(destination) cannot be written: \(words). Nothing was changed.",
      hint: "Move away what is there, or choose another destination."
    )
  }
}
