import Glibc

/// A file, folder or link, as the scripts of a copy list it.
struct CopyEntry: Sendable, Hashable {
  /// Kind and permissions, as in `stat`.
  let mode: UInt32
  let size: Int
  /// Seconds since 1970.
  let modified: Int
  /// From the folder that the copy is taken from: `./entry/file`.
  let name: String

  var isFile: Bool { mode & S_IFMT == S_IFREG }

  /// nil when a name has a line break in it, with which a list cannot be told from another.
  static func list(_ text: String) -> [CopyEntry]? {
    var entries: [CopyEntry] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, let mode = UInt32(words[0], radix: 16), let size = Int(words[1]),
        let modified = Int(words[2]), words[3].hasPrefix("./")
      else { return nil }
      entries.append(CopyEntry(mode: mode, size: size, modified: modified, name: String(words[3])))
    }
    return entries
  }
}
