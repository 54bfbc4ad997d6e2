import Concurrency
import Subprocess

/// Puts bytes that come one after the other into ranges of a file.
final class BlockWriter: Sendable {
  private let file: LocalFile
  private let ranges: Locked<ArraySlice<Range<Int>>>

  init(file: LocalFile, ranges: [Range<Int>]) {
    self.file = file
    self.ranges = Locked(ranges[...])
  }

  /// Writes as much as belongs into the ranges.
  ///
  /// - Throws: `SystemError`.
  func write(_ bytes: [UInt8]) throws {
    try ranges.withLock { ranges throws in
      var rest = bytes[...]
      while !rest.isEmpty, let range = ranges.popFirst() {
        let piece = rest.prefix(range.count)
        try file.write(offset: range.lowerBound, piece)
        rest = rest.dropFirst(piece.count)
        let left = range.dropFirst(piece.count)
        if !left.isEmpty { ranges = ([left] + ranges)[...] }
      }
    }
  }

  /// Makes the file so long, once all ranges are full.
  ///
  /// - Throws: `CopyRefusal` when bytes are missing, `SystemError`.
  func end(size: Int) throws {
    guard ranges.withLock({ $0.isEmpty }) else {
      throw CopyRefusal(what: "Less came than was asked for", reason: "the source was cut short meanwhile")
    }
    try file.setSize(size)
  }
}
