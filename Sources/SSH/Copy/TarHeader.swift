/// The head of an entry in a tar stream, as GNU tar writes and reads it: the layout of POSIX's ustar with GNU's magic, numbers
/// that are too large or negative in base 256, and a map of the parts of a file that are no holes
/// (GNU tar's manual, "Basic Tar Format" and "GNU Extensions to the Archive Format").
struct TarHeader: Sendable {
  enum Kind: UInt8, Sendable {
    case file = 0x30  // 0
    case hardLink = 0x31  // 1
    case link = 0x32  // 2
    case folder = 0x35  // 5
    /// A file that has holes.
    case sparse = 0x53  // S
    /// Belongs to the next entry: its name, where its link leads, or attributes.
    case longName = 0x4c  // L
    case longTarget = 0x4b  // K
    case attributes = 0x78  // x
  }

  static let blockSize = 512
  /// Two of these end a stream.
  static let empty = [UInt8](repeating: 0, count: blockSize)

  /// nil for what a copy has no use for.
  var kind: Kind?
  var name: [UInt8]
  var target: [UInt8] = []
  /// How many bytes follow, before they are filled up to whole blocks.
  var size = 0
  var permissions: UInt32 = 0
  var modified = 0
  /// Of a file with holes: what follows, and how long it is with them.
  var extents: [Range<Int>] = []
  var realSize = 0
  /// Whether a block with more extents follows.
  var hasMoreExtents = false

  /// How many bytes `count` bytes are filled up with.
  static func padding(_ count: Int) -> Int { (blockSize - count % blockSize) % blockSize }
}

extension TarHeader {
  /// The extents that fit into the header, and into each block that follows.
  private static let (inHeader, inBlock) = (4, 21)

  /// The header's block, and those with the rest of the map.
  var blocks: [UInt8] {
    var block = Self.empty
    Self.put(Array(name.prefix(100)), at: 0, in: &block)
    Self.put(Self.number(Int(permissions), 8), at: 100, in: &block)
    Self.put(Self.number(0, 8) + Self.number(0, 8), at: 108, in: &block)
    Self.put(Self.number(size, 12), at: 124, in: &block)
    Self.put(Self.number(modified, 12), at: 136, in: &block)
    block[156] = kind?.rawValue ?? 0
    Self.put(Array(target.prefix(100)), at: 157, in: &block)
    Self.put(Array("ustar  \0".utf8), at: 257, in: &block)
    if kind == .sparse {
      Self.put(Self.map(extents.prefix(Self.inHeader)), at: 386, in: &block)
      block[482] = extents.count > Self.inHeader ? 1 : 0
      Self.put(Self.number(realSize, 12), at: 483, in: &block)
    }
    let sum = String(Self.sum(block), radix: 8)
    Self.put(Array((String(repeating: "0", count: 6 - sum.utf8.count) + sum + "\0 ").utf8), at: 148, in: &block)
    var rest = extents.dropFirst(Self.inHeader)
    while kind == .sparse, !rest.isEmpty {
      var more = Self.empty
      Self.put(Self.map(rest.prefix(Self.inBlock)), at: 0, in: &more)
      rest = rest.dropFirst(Self.inBlock)
      more[504] = rest.isEmpty ? 0 : 1
      block += more
    }
    return block
  }

  /// An entry of a kind that belongs to the next one.
  static func before(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
    let header = TarHeader(kind: kind, name: Array("././@LongLink".utf8), size: content.count, permissions: 0o644)
    return header.blocks + content + [UInt8](repeating: 0, count: padding(content.count))
  }

  private static func map(_ extents: ArraySlice<Range<Int>>) -> [UInt8] {
    extents.flatMap { number($0.lowerBound, 12) + number($0.count, 12) }
  }

  private static func put(_ bytes: [UInt8], at offset: Int, in block: inout [UInt8]) {
    block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// In octal digits where they have room, with a zero byte at the end.
  private static func number(_ value: Int, _ width: Int) -> [UInt8] {
    let digits = String(value, radix: 8).utf8
    if value >= 0, digits.count < width {
      return [UInt8](repeating: UInt8(ascii: "0"), count: width - 1 - digits.count) + digits + [0]
    }
    var bytes = (0..<width).reversed().map {
      UInt8(truncatingIfNeeded: $0 < 8 ? value >> (8 * $0) : value < 0 ? -1 : 0)
    }
    bytes[0] = value < 0 ? 0xff : bytes[0] | 0x80
    return bytes
  }

  /// Of all bytes, with blanks for those of the sum itself.
  private static func sum(_ block: [UInt8]) -> Int {
    block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
  }
}

extension TarHeader {
  /// The header in a block.
  ///
  /// - Returns: nil for what is none: the sum is wrong, or a number is none or has no use.
  init?(_ block: ArraySlice<UInt8>) {
    let block = Array(block)
    guard block.count == Self.blockSize, let sum = Self.number(block[148..<156]), sum == Self.sum(block),
      let size = Self.number(block[124..<136])
    else { return nil }
    kind = block[156] == 0 ? .file : Kind(rawValue: block[156])
    let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? Self.text(block[345..<500]) : []
    name = (prefix.isEmpty ? [] : prefix + [UInt8(ascii: "/")]) + Self.text(block[0..<100])
    target = Self.text(block[157..<257])
    self.size = size
    guard kind == .sparse else { return }
    guard let real = Self.number(block[483..<495]), let extents = Self.extents(block[386..<482]) else { return nil }
    realSize = real
    self.extents = extents
    hasMoreExtents = block[482] != 0
  }

  /// Adds the extents of a block that follows the header's.
  ///
  /// - Returns: false for what is none.
  mutating func add(_ block: ArraySlice<UInt8>) -> Bool {
    let block = Array(block)
    guard block.count == Self.blockSize, let more = Self.extents(block[0..<504]) else { return false }
    extents += more
    hasMoreExtents = block[504] != 0
    return true
  }

  /// Whether the map is that of one file: in order, within it, and as long as what follows.
  var hasGoodMap: Bool {
    let ends = [0] + extents.map(\.upperBound)
    return zip(ends, extents).allSatisfy { $0 <= $1.lowerBound } && (ends.last ?? 0) <= realSize
      && extents.reduce(0) { $0 + $1.count } == size
  }

  private static func extents(_ bytes: ArraySlice<UInt8>) -> [Range<Int>]? {
    var extents: [Range<Int>] = []
    for begin in stride(from: bytes.startIndex, to: bytes.endIndex, by: 24) {
      // The last ones may be unused.
      if bytes[begin] == 0 { break }
      guard let offset = number(bytes[begin..<begin + 12]), let count = number(bytes[begin + 12..<begin + 24])
      else { return nil }
      extents.append(offset..<offset + count)
    }
    return extents
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }

  /// A number that is not negative, and that may be added to others like it.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    var value = 0
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      for byte in bytes.dropFirst() {
        guard value < 1 << 48 else { return nil }
        value = value << 8 | Int(byte)
      }
    } else {
      for byte in bytes.drop(while: { $0 == 32 }).prefix(while: { $0 != 0 && $0 != 32 }) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte), value < 1 << 52 else { return nil }
        value = value << 3 | Int(byte - UInt8(ascii: "0"))
      }
    }
    return value
  }
}
