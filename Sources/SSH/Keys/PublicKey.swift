import FoundationEssentials
import Reporting
import Subprocess

/// The public half of the user's key, which new pods are given.
package enum PublicKey {
  /// The line that belongs to a private key: from the file beside it, else from the key itself.
  ///
  /// - Parameter identityFile: The private key; nil: the pods get the keys that are registered at RunPod.
  /// - Returns: nil also for a key whose passphrase is not known and that has no `.pub` beside it.
  /// - Throws: `Failure(.environmentIncomplete)` when the key cannot be read or `ssh-keygen` is missing.
  package static func of(_ identityFile: String?) async throws -> String? {
    guard let identityFile else { return nil }
    try ClientKey.check(identityFile)
    if let text = try? String(contentsOf: URL(filePath: identityFile + ".pub"), encoding: .utf8) {
      return line(text)
    }
    let command = ChildCommand("ssh-keygen", ["-y", "-P", "", "-f", identityFile])
    return line(try await ChildProcess.run(command, timeout: .seconds(10)).outputText)
  }

  private static func line(_ text: String) -> String? {
    text.split(whereSeparator: \.isNewline).first.map(String.init)
  }
}
