/// Writes a tar stream of a copy, in which the source is called `CopyStaging.entry`.
struct TarWriter: Sendable {
  /// How many bytes are gathered before they are handed on.
  private static let step = 256 * 1024

  /// Whether GNU tar reads it: others know nothing of holes.
  let isGNU: Bool
  private let sink: CopySink
  private var pending: [UInt8] = []
  private var padding = 0

  init(isGNU: Bool, _ sink: @escaping CopySink) {
    self.isGNU = isGNU
    self.sink = sink
  }

  mutating func folder(_ entry: CopyEntry, permissions: UInt32) async throws {
    var folder = entry
    folder.permissions = permissions
    try await begin(.folder, folder)
  }

  mutating func link(_ entry: CopyEntry, to target: [UInt8]) async throws { try await begin(.link, entry, to: target) }

  /// A second name of a file that was sent.
  mutating func hardLink(_ entry: CopyEntry, to other: RelativePath) async throws {
    try await begin(.hardLink, entry, to: other.path(in: CopyStaging.entry))
  }

  /// The head of a file; exactly as much content as its extents hold follows.
  mutating func file(_ entry: CopyEntry, extents: [Range<Int>]) async throws {
    let size = extents.reduce(0) { $0 + $1.count }
    padding = TarHeader.padding(size)
    if size == entry.size {
      try await begin(.file, entry, size: size)
    } else {
      // The last one tells where the file ends.
      try await begin(.sparse, entry, size: size, extents: extents + [entry.size..<entry.size])
    }
  }

  mutating func content(_ bytes: [UInt8]) async throws {
    if pending.isEmpty, bytes.count >= Self.step { return try await sink(bytes) }
    try await put(bytes)
  }

  /// Ends the content of a file.
  mutating func fillUp() async throws { try await put([UInt8](repeating: 0, count: padding)) }

  mutating func end() async throws {
    pending += TarHeader.empty + TarHeader.empty
    try await sink(pending)
    pending = []
  }

  private mutating func begin(
    _ kind: TarHeader.Kind,
    _ entry: CopyEntry,
    to target: [UInt8] = [],
    size: Int = 0,
    extents: [Range<Int>] = []
  ) async throws {
    let name = entry.path.path(in: CopyStaging.entry)
    var blocks: [UInt8] = []
    if entry.modified.nanoseconds > 0 { blocks += TarHeader.before(.attributes, Self.attributes(entry.modified)) }
    if target.count > 100 { blocks += TarHeader.before(.longTarget, target + [0]) }
    if name.count > 100 { blocks += TarHeader.before(.longName, name + [0]) }
    let header = TarHeader(
      kind: kind,
      name: name,
      target: target,
      size: size,
      permissions: entry.permissions,
      modified: entry.modified.seconds,
      extents: extents,
      realSize: entry.size
    )
    try await put(blocks + header.blocks)
  }

  private mutating func put(_ bytes: [UInt8]) async throws {
    pending += bytes
    guard pending.count >= Self.step else { return }
    try await sink(pending)
    pending = []
  }

  /// The time with its nanoseconds, which a header has no room for, as POSIX's pax writes it: the length of all, a blank,
  /// the key and the value.
  private static func attributes(_ time: FileTime) -> [UInt8] {
    // Counted down from zero before 1970.
    let isBefore = time.seconds < 0
    let seconds = isBefore ? -(time.seconds + 1) : time.seconds
    let parts = String(isBefore ? 1_000_000_000 - time.nanoseconds : time.nanoseconds)
    let fraction = String(repeating: "0", count: 9 - parts.utf8.count) + parts
    let record = " mtime=\(isBefore ? "-" : "")\(seconds).\(fraction)\n"
    // With two digits of the length itself: it is between 10 and 99.
    return Array("\(record.utf8.count + 2)\(record)".utf8)
  }
}
