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
  init(left: [CopyEntry], present: [CopyEntry], wanted: [CopyEntry]) {
    let present = Self.byName(present)
    isNothing = left.isEmpty && wanted.allSatisfy { present[$0.name]?.isLike($0) ?? false }
    let left = Self.byName(left.filter(\.isFile))
    entries = []
    var parts: [CopyPart] = []
    for entry in wanted {
      let known = left[entry.name]
      // What is left takes the place of what is present.
      let base = known ?? present[entry.name]
      if entry.isFile, base?.isLike(entry) == true {
        bytesThere += entry.size
        continue
      }
      entries.append(entry)
      guard entry.isFile, let base, base.isFile else { continue }
      if let part = CopyPart(file: entry, base: base, isLeft: known != nil) { parts.append(part) }
    }
    self.parts = Array(parts.sorted { $0.file.size > $1.file.size }.prefix(Self.mostParts))
  }

  /// The part has become whole by itself.
  mutating func isWhole(_ part: CopyPart) { entries.removeAll { $0.name == part.file.name } }

  /// The names of the entries, each ended by a zero byte.
  var names: [UInt8] { entries.flatMap { Array($0.name.utf8) + [0] } }

  private static func byName(_ entries: [CopyEntry]) -> [String: CopyEntry] {
    Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
