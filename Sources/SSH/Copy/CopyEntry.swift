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
  var isFolder: Bool { mode & S_IFMT == S_IFDIR }
  var isLink: Bool { mode & S_IFMT == S_IFLNK }
  var permissions: UInt32 { mode & 0o7777 }

  /// Where it is when the copy's folder is `folder`.
  func path(in folder: String) -> String { folder + name.dropFirst() }

  /// Whether it is of a kind, and has a name, that a server of files and we understand alike, and that leads nowhere
  /// else than into `root`.
  func isPlain(in root: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return (isFile || isFolder || isLink) && parts.count > 1 && parts[0] == "." && parts[1] == root
      && parts.dropFirst().allSatisfy { !["", ".", ".."].contains($0) } && !name.contains("\u{fffd}")
  }

  /// Whether one need not be copied over the other: what a file holds and where a link leads are taken to be told by
  /// size and time.
  func isLike(_ other: CopyEntry) -> Bool {
    // A folder's size is its file system's affair.
    mode == other.mode && modified == other.modified && (isFolder || size == other.size)
  }

  /// The entry of a line: mode, bytes, time and name, which begins with a dot.
  ///
  /// - Parameter root: What the dot stands for.
  init?(_ line: Substring, root: String = ".") {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count == 4, let mode = UInt32(words[0], radix: 16), let size = Int(words[1]),
      let modified = Int(words[2]), words[3].first == "."
    else { return nil }
    self.mode = mode
    self.size = size
    self.modified = modified
    name = root + words[3].dropFirst()
  }

  /// - Parameter root: Where the list begins, if not in the folder that the copy is taken from.
  /// - Returns: nil when a name has a line break in it, with which a list cannot be told from another.
  static func list(_ text: String, root: String = ".") -> [CopyEntry]? {
    var entries: [CopyEntry] = []
    for line in text.split(separator: "\n") {
      guard let entry = CopyEntry(line, root: root) else { return nil }
      entries.append(entry)
    }
    return entries
  }
}
