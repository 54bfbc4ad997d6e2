import Outside

/// What was copied, and what became of the rest. Paths are relative to what was copied; a single file is named itself. Lists
/// have at most a thousand paths, in order, and are nil when they would be empty.
package struct CopyResult: Codable, Sendable, Hashable {
  private static let mostPaths = 1000

  /// How many files and links arrived whole.
  package var files: Int
  package var bytes: Int
  /// Files that changed while the copy ran. What came of each may be a mixture, or cut short; its time says that it is newer
  /// than the source, so that it is sent again.
  package var changed: [String]?
  /// Files that were gone before the copy had ended.
  package var missing: [String]?
  /// Files and folders that could not be read.
  package var unreadable: [String]?
  /// Devices, fifos and sockets, which are not copied.
  package var skipped: [String]?
  /// Links at the destination that led out of it and gave way to a folder, or that a file has taken the place of.
  package var replacedLinks: [String]?

  package init(files: Int, bytes: Int) {
    self.files = files
    self.bytes = bytes
  }

  /// - Parameter name: What the copy is called.
  init(_ list: CopyList, _ notes: CopyNotes, replacedLinks: [RelativePath], name: [UInt8]) {
    let whole = list.entries.filter { ($0.isFile || $0.isLink) && notes.isWhole($0.path) }
    files = whole.count
    bytes = whole.reduce(0) { $0.plus(limited: $1.isFile ? $1.size : 0) }
    let texts = { (paths: [RelativePath]) -> [String]? in
      let some = paths.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(Self.mostPaths)
      return some.isEmpty ? nil : some.map { $0.isTop ? String(decoding: name, as: UTF8.self) : $0.text }
    }
    changed = texts(Array(notes.changed))
    missing = texts(Array(notes.missing))
    unreadable = texts(Array(notes.unreadable))
    skipped = texts(list.entries.filter { $0.kind == .special }.map(\.path))
    self.replacedLinks = texts(replacedLinks)
  }
}
