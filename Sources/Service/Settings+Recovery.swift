import Environment
import Reporting
import Workflows

extension Settings {
  /// - Throws: `Failure(.configurationInvalid)` for a word that is none.
  func recovery() throws -> RecoveryMode {
    let word = try required(.recover)
    if let mode = RecoveryMode(rawValue: word) { return mode }
    throw Failure(
      .configurationInvalid,
      "RECOVER is \(word), which is no way to recover.",
      hint: "Set it to \(RecoveryMode.allCases.map(\.rawValue).joined(separator: ", or "))."
    )
  }
}
