import CSystem

/// All that is at a place.
struct CopyList: Sendable {
  /// Folders before what is in them.
  var entries: [CopyEntry] = []
  /// Folders that cannot be looked into.
  var unreadable: [RelativePath] = []

  var byPath: [RelativePath: CopyEntry] {
    Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension CopyList {
  /// What ends a record: no path that `find` prints has two slashes in a row, and so no name can end one.
  static let recordEnd = "//\\n"

  /// - Parameter text: What `list` of `PodList` prints, of which each record has a path that begins with the first one's.
  /// - Returns: nil for what it does not print, and for names that lead elsewhere.
  init?(_ text: ArraySlice<UInt8>) {
    let end = Array("//\n".utf8)
    var rest = text
    var top: ArraySlice<UInt8>?
    var known: Set<RelativePath> = []
    while !rest.isEmpty {
      let found = rest.withUnsafeBytes { csystem_find($0.baseAddress, $0.count, 0, end, end.count) }
      guard found >= 0 else { return nil }
      let words = rest.prefix(found).split(separator: UInt8(ascii: " "), maxSplits: 6, omittingEmptySubsequences: false)
      rest = rest.dropFirst(found + end.count)
      guard let path = words.last else { return nil }
      let begin = top ?? path
      top = begin
      guard let relative = Self.relative(path, to: begin) else { return nil }
      if words.count == 2, words[0].elementsEqual("!".utf8) {
        unreadable.append(relative)
      } else {
        guard let entry = CopyEntry(Array(words.dropLast()), path: relative) else { return nil }
        // What is renamed meanwhile may be met twice.
        if known.insert(relative).inserted { entries.append(entry) }
      }
    }
  }

  private static func relative(_ path: ArraySlice<UInt8>, to top: ArraySlice<UInt8>) -> RelativePath? {
    guard path.starts(with: top) else { return nil }
    let rest = path.dropFirst(top.count)
    if rest.isEmpty { return .top }
    return rest.first == UInt8(ascii: "/") ? RelativePath(rest.dropFirst()) : nil
  }
}
