/// What a copy is taken from.
struct CopySource: Sendable {
  let directory: String
  /// What it is called there.
  let entry: String
  /// All that it consists of, folders before what is in them; nil when there are names that a list cannot hold, or more
  /// than that.
  let entries: [CopyEntry]?
  /// What it comes to, as far as it is listed.
  let total: CopyResult

  /// - Parameter text: What `CopyScript.look` prints.
  /// - Returns: nil for what it does not print.
  init?(_ text: String) {
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[1].hasPrefix("/"), !["", ".", ".."].contains(parts[2]), !parts[2].contains("/")
    else { return nil }
    directory = parts[1]
    entry = parts[2]
    let lines = parts[0].split(separator: "\n")
    let listed = lines.compactMap { CopyEntry($0) }
    // Of a text that is too long the beginning is missing.
    entries = listed.count == lines.count && listed.first?.name == "./\(parts[2])" ? listed : nil
    total = CopyResult(
      files: listed.count { $0.isFile || $0.isLink },
      bytes: listed.reduce(0) { $0 + ($1.isFile ? $1.size : 0) }
    )
  }
}
