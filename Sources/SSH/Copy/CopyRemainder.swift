/// What is left to copy after an earlier copy broke off.
struct CopyRemainder: Sendable {
  /// Smaller files are not worth the asking: they are sent again.
  private static let smallestPart = 1024 * 1024

  /// Everything that has to come in the stream.
  private(set) var entries: [CopyEntry]
  /// A file of which the first bytes may be there.
  private(set) var part: (file: CopyEntry, count: Int)?
  /// How many bytes need not be sent.
  private(set) var bytesThere: Int

  /// - Parameters:
  ///   - left: What is there. A file gets its time when it is whole, so that a whole one has that of the wanted one.
  ///   - wanted: What is to be there.
  init(left: [CopyEntry], wanted: [CopyEntry]) {
    let there = Dictionary(left.filter(\.isFile).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var bytes = 0
    entries = []
    for entry in wanted {
      guard entry.isFile, let known = there[entry.name] else {
        entries.append(entry)
        continue
      }
      if known.size == entry.size && known.modified == entry.modified {
        bytes += entry.size
        continue
      }
      entries.append(entry)
      if part == nil && known.size >= Self.smallestPart && known.size < entry.size { part = (entry, known.size) }
    }
    bytesThere = bytes
  }

  /// The part has become whole by itself.
  mutating func partIsWhole() {
    guard let part else { return }
    entries.removeAll { $0.name == part.file.name }
    bytesThere += part.file.size
    self.part = nil
  }

  /// The names of the entries, each ended by a zero byte.
  var names: [UInt8] { entries.flatMap { Array($0.name.utf8) + [0] } }
}
