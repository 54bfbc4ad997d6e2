import Outside

/// A file that is to be there, and another, its earlier self or its beginning, that is there: only the blocks in which
/// they differ need be sent.
struct CopyPart: Sendable {
  static let blockSize = 4 * 1024 * 1024
  /// Programs that sum up blocks: the quicker one, and the one that busybox has as well.
  static let summers = ["b2sum", "sha256sum"]

  let file: CopyEntry
  /// How many bytes are there.
  let baseSize: Int
  /// Whether what is there was left by an earlier copy; otherwise it has the final name.
  let isLeft: Bool

  /// nil for what is sent sooner than asked about.
  init?(file: CopyEntry, base: CopyEntry, isLeft: Bool) {
    guard min(file.size, base.size) >= Self.blockSize else { return nil }
    self.file = file
    baseSize = base.size
    self.isLeft = isLeft
  }

  /// All of a file, of which nothing is there.
  init(whole file: CopyEntry) {
    self.file = file
    baseSize = 0
    isLeft = false
  }

  /// All blocks of the file.
  var all: [Range<Int>] { file.size == 0 ? [] : [0..<blockCount] }

  private var blockCount: Int { (file.size + Self.blockSize - 1) / Self.blockSize }

  /// How many blocks both have, the last of which may be cut short.
  var commonBlocks: Int { (min(file.size, baseSize) + Self.blockSize - 1) / Self.blockSize }

  /// The blocks to send; nil when it had better be sent as others are.
  ///
  /// - Parameter sums: Those of the source's blocks, and of the blocks that are there.
  func missing(_ sums: ([String], [String])) -> [Range<Int>]? {
    guard sums.0.count == commonBlocks, sums.1.count == commonBlocks else { return nil }
    var ranges: [Range<Int>] = []
    var differing = (0..<commonBlocks).filter { sums.0[$0].bytes != sums.1[$0].bytes }.map { $0..<$0 + 1 }
    if commonBlocks < blockCount { differing.append(commonBlocks..<blockCount) }
    for range in differing {
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges.reduce(0) { $0 + $1.count } < blockCount ? ranges : nil
  }

  /// Where blocks begin and end in the file.
  func bytes(of blocks: [Range<Int>]) -> [Range<Int>] {
    blocks.map { $0.lowerBound * Self.blockSize..<min($0.upperBound * Self.blockSize, file.size) }
  }
}
