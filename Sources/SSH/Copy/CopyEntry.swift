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
  var isLink: Bool { mode & S_IFMT == S_IFLNK }

  /// Whether both, which are files, are taken to hold the same.
  func isSame(as other: CopyEntry) -> Bool { size == other.size && modified == other.modified }

  /// - Parameter root: Where the list begins, if not in the folder that the copy is taken from.
  /// - Returns: nil when a name has a line break in it, with which a list cannot be told from another.
  static func list(_ text: String, root: String = ".") -> [CopyEntry]? {
    var entries: [CopyEntry] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, let mode = UInt32(words[0], radix: 16), let size = Int(words[1]),
        let modified = Int(words[2]), words[3].first == "."
      else { return nil }
      entries.append(CopyEntry(mode: mode, size: size, modified: modified, name: root + words[3].dropFirst()))
    }
    return entries
  }
}
