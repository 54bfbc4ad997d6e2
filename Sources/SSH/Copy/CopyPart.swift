import Subprocess

/// A file that is to be there, and another, its earlier self or its beginning, that is there: only the blocks in which
/// they differ need be sent.
struct CopyPart: Sendable {
  static let blockSize = 4 * 1024 * 1024
  /// Programs that sum up blocks: the quicker one, and the one that busybox has as well.
  static let summers = ["b2sum", "sha256sum"]
  /// How a shell tells that it has no such program.
  static let noProgram = 127

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

  /// How many blocks both have, the last of which may be cut short.
  fileprivate var blocks: Int { (min(file.size, baseSize) + Self.blockSize - 1) / Self.blockSize }

  /// The blocks to send; nil when it had better be sent as others are.
  ///
  /// - Parameter sums: What the scripts of both sides print of their blocks.
  func missing(_ sums: [String]) -> [Range<Int>]? {
    let lists = sums.map { $0.split(separator: "\n") }
    guard lists.allSatisfy({ $0.count == blocks }) else { return nil }
    let count = (file.size + Self.blockSize - 1) / Self.blockSize
    var ranges: [Range<Int>] = []
    for block in 0..<count where block >= blocks || lists[0][block] != lists[1][block] {
      if let last = ranges.last, last.upperBound == block {
        ranges[ranges.count - 1] = last.lowerBound..<block + 1
      } else {
        ranges.append(block..<block + 1)
      }
    }
    return ranges.reduce(0) { $0 + $1.count } < count ? ranges : nil
  }

  /// How many bytes the blocks have.
  func bytes(_ ranges: [Range<Int>]) -> Int {
    ranges.reduce(0) { $0 + min($1.upperBound * Self.blockSize, file.size) - $1.lowerBound * Self.blockSize }
  }
}

extension CopyScript {
  /// Prints a checksum of each of the source's blocks.
  func sourceSums(_ part: CopyPart, by summer: String) -> String {
    "cd \(shellQuoted(directory)) && \(Self.sums(shellQuoted(part.file.name), part.blocks, summer))"
  }

  /// Prints one of each block that is there.
  func sums(_ part: CopyPart, by summer: String) -> String {
    """
    \(preamble)
    \(Self.sums(part.isLeft ? left(part) : present(part), part.blocks, summer))
    """
  }

  /// Prints blocks of the source.
  func send(_ ranges: [Range<Int>], of part: CopyPart) -> String {
    let reads = ranges.map { range in
      " && \(Self.dd) if=\(shellQuoted(part.file.name)) skip=\(range.lowerBound) count=\(range.count)"
    }
    return "cd \(shellQuoted(directory))\(reads.joined())"
  }

  /// Reads them, and puts them into what was left, or into a copy of what is there.
  func receive(_ ranges: [Range<Int>], of part: CopyPart) -> String {
    let name = part.isLeft ? left(part) : copy
    let writes = ranges.map { range in
      " && \(Self.dd) of=\(name) seek=\(range.lowerBound) count=\(range.count) conv=notrunc"
    }
    return """
      \(preamble)
      \(begin)
      \(part.isLeft ? "" : "cp -f \(present(part)) \(name) && ")chmod u+w \(name) &&
        { [ \(part.baseSize) -le \(part.file.size) ] || truncate -s \(part.file.size) \(name); }\(writes.joined())
      """
  }

  /// Gives the file its mode, its time and its name, by which it is known as whole.
  func finish(_ part: CopyPart) -> String {
    let name = part.isLeft ? left(part) : copy
    let rename = part.isLeft ? "" : " && mkdir -p \"$(dirname \(left(part)))\" && mv -f \(name) \(left(part))"
    return """
      \(preamble)
      chmod \(String(part.file.mode & 0o1777, radix: 8)) \(name) && touch -d @\(part.file.modified) \(name)\(rename)
      """
  }

  /// Of the size of a whole file from the beginning, it must not be met under that file's name.
  private var copy: String { "\"$t\"/\(shellQuoted("\(entry).copy"))" }

  private func left(_ part: CopyPart) -> String { "\"$t\"/\(shellQuoted(part.file.name))" }

  private func present(_ part: CopyPart) -> String {
    "\"$f\"\(shellQuoted(String(part.file.name.dropFirst("./\(entry)".count))))"
  }

  private static let dd = "dd bs=\(CopyPart.blockSize) iflag=fullblock status=none"

  private static func sums(_ file: String, _ count: Int, _ summer: String) -> String {
    "i=0; while [ $i -lt \(count) ]; do \(dd) if=\(file) skip=$i count=1 | \(summer) || exit; i=$((i + 1)); done"
  }
}
