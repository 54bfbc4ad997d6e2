/// Takes a tar stream apart as it comes. It knows what GNU's, busybox's and BSD's tar write of files, folders and links.
struct TarReader: Sendable {
  enum Part {
    /// An entry begins; its name and its target are whole.
    case entry(TarHeader)
    /// Bytes of its file, and where they belong in it.
    case content(offset: Int, ArraySlice<UInt8>)
    /// All of the entry has come.
    case entryEnd
  }

  /// What is no tar stream.
  struct Unreadable: Error {}

  private enum State: Sendable {
    case header
    case map(TarHeader)
    /// Content that belongs to the next entry.
    case aside(TarHeader.Kind, left: Int)
    /// Content: where the next byte belongs, to the end of its extent, and the extents after that.
    case content(Range<Int>, ArraySlice<Range<Int>>)
    case skipping(Int)
    case end
  }

  /// The most bytes of a name with its attributes.
  private static let limit = 1 << 20

  private var state = State.header
  private var pending: [UInt8] = []
  private var padding = 0
  private var longName: [UInt8]?
  private var longTarget: [UInt8]?
  private var longSize: Int?
  /// Whether the stream has come to its own end.
  private(set) var hasEnded = false

  /// - Parameter handle: Called with each part, in order.
  /// - Throws: `Unreadable`, and what `handle` throws.
  mutating func read(_ bytes: ArraySlice<UInt8>, _ handle: (Part) throws -> Void) throws {
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .header:
        guard let block = take(TarHeader.blockSize, from: &rest) else { return }
        try begin(block, handle)
      case .map(var header):
        guard let block = take(TarHeader.blockSize, from: &rest) else { return }
        guard header.add(block), header.extents.count <= Self.limit else { throw Unreadable() }
        try follow(header, handle)
      case .aside(let kind, let left):
        let piece = rest.prefix(left)
        pending += piece
        rest = rest.dropFirst(piece.count)
        state = .aside(kind, left: left - piece.count)
        if piece.count == left { try keep(kind) }
      case .content(let extent, var next):
        let piece = rest.prefix(extent.count)
        try handle(.content(offset: extent.lowerBound, piece))
        rest = rest.dropFirst(piece.count)
        let left = extent.dropFirst(piece.count)
        if !left.isEmpty {
          state = .content(left, next)
        } else if let following = next.popFirst() {
          state = .content(following, next)
        } else {
          state = .skipping(padding)
          try handle(.entryEnd)
        }
      case .skipping(let count):
        let piece = rest.prefix(count)
        rest = rest.dropFirst(piece.count)
        state = piece.count == count ? .header : .skipping(count - piece.count)
      case .end: return
      }
    }
  }

  private mutating func begin(_ block: ArraySlice<UInt8>, _ handle: (Part) throws -> Void) throws {
    if block.allSatisfy({ $0 == 0 }) {
      (state, hasEnded) = (.end, true)
      return
    }
    guard let header = TarHeader(block) else { throw Unreadable() }
    switch header.kind {
    case .longName, .longTarget, .attributes:
      guard header.size <= Self.limit, let kind = header.kind else { throw Unreadable() }
      state = .aside(kind, left: header.size)
      padding = TarHeader.padding(header.size)
      if header.size == 0 { state = .header }
    case .sparse where header.hasMoreExtents: state = .map(header)
    default: try follow(header, handle)
    }
  }

  private mutating func follow(_ known: TarHeader, _ handle: (Part) throws -> Void) throws {
    var header = known
    if header.hasMoreExtents {
      state = .map(header)
      return
    }
    if let longName { header.name = longName }
    if let longTarget { header.target = longTarget }
    if let longSize { header.size = longSize }
    (longName, longTarget, longSize) = (nil, nil, nil)
    padding = TarHeader.padding(header.size)
    var extents: ArraySlice<Range<Int>> = []
    switch header.kind {
    case .file: extents = header.size == 0 ? [] : [0..<header.size]
    case .sparse:
      guard header.hasGoodMap else { throw Unreadable() }
      extents = header.extents.filter { !$0.isEmpty }[...]
    // Some give a link the size of its file, of which nothing follows (POSIX, pax).
    case .hardLink, .link, .folder: break
    default:
      state = .skipping(header.size + padding)
      return
    }
    try handle(.entry(header))
    if let first = extents.popFirst() {
      state = .content(first, extents)
    } else {
      state = .header
      try handle(.entryEnd)
    }
  }

  /// Has content of the next entry complete.
  private mutating func keep(_ kind: TarHeader.Kind) throws {
    switch kind {
    case .longName: longName = Array(pending.prefix { $0 != 0 })
    case .longTarget: longTarget = Array(pending.prefix { $0 != 0 })
    default: try keepAttributes()
    }
    pending = []
    state = padding == 0 ? .header : .skipping(padding)
  }

  /// Records of a length in digits, a blank, a key, an equals sign, a value and a line break.
  private mutating func keepAttributes() throws {
    var rest = pending[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != UInt8(ascii: " ") }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1, length <= rest.count
      else { throw Unreadable() }
      let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
      rest = rest.dropFirst(length)
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw Unreadable() }
      let value = Array(record[(equals + 1)...])
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": longName = value
      case "linkpath": longTarget = value
      case "size":
        guard let size = Int(String(decoding: value, as: UTF8.self)), (0...(1 << 56)).contains(size)
        else { throw Unreadable() }
        longSize = size
      default: break
      }
    }
  }

  /// So many bytes, once they are there.
  private mutating func take(_ count: Int, from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if pending.isEmpty, rest.count >= count {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    let piece = rest.prefix(count - pending.count)
    pending += piece
    rest = rest.dropFirst(piece.count)
    guard pending.count == count else { return nil }
    defer { pending = [] }
    return pending[...]
  }
}
