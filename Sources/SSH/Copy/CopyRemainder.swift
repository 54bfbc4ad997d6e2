import Outside

/// What is left to copy when some of it is there: from an earlier copy that broke off, or from one that did not.
struct CopyRemainder: Sendable {
  /// Of so many files, the largest, parts are sent; asking about more takes longer than sending them.
  private static let mostParts = 8

  /// Everything that has to come in the stream.
  private(set) var entries: [CopyEntry]
  /// Files that may be there in part.
  let parts: [CopyPart]
  /// How many bytes need not be sent.
  private(set) var bytesThere = 0
  /// Whether all of it has its final name already.
  let isNothing: Bool

  /// - Parameters:
  ///   - left: What an earlier copy has left. A file gets its time when it is whole, so that a whole one has that of the
  ///     wanted one.
  ///   - present: What has its final name.
  ///   - wanted: What is to be there.
  init(left: CopyList, present: CopyList, wanted: [CopyEntry]) {
    let present = present.byPath
    isNothing = left.entries.isEmpty && wanted.allSatisfy { present[$0.path]?.isLike($0) ?? false }
    let left = left.byPath.filter { $0.value.isFile }
    // Names of one file are made one again only when all of them come.
    let isThere = { (entry: CopyEntry) in (left[entry.path] ?? present[entry.path])?.isLike(entry) == true }
    let incomplete = Set(wanted.filter { $0.isFile && $0.links > 1 && !isThere($0) }.map(\.identity))
    entries = []
    var parts: [CopyPart] = []
    for entry in wanted {
      let comesWithOthers = entry.isFile && entry.links > 1 && incomplete.contains(entry.identity)
      if entry.isFile, isThere(entry), !comesWithOthers {
        bytesThere = bytesThere.plus(limited: entry.size)
        continue
      }
      entries.append(entry)
      let known = left[entry.path]
      // What is left takes the place of what is present.
      guard entry.isFile, !entry.isMostlyHoles, !comesWithOthers, let base = known ?? present[entry.path], base.isFile
      else { continue }
      if let part = CopyPart(file: entry, base: base, isLeft: known != nil) { parts.append(part) }
    }
    self.parts = Array(parts.sorted { $0.file.size > $1.file.size }.prefix(Self.mostParts))
  }

  /// The part has become whole by itself.
  mutating func isWhole(_ part: CopyPart) { entries.removeAll { $0.path == part.file.path } }
}
