import Glibc

/// A file, a folder, a link or something else that is part of a copy.
struct CopyEntry: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case file, folder, link
    /// A device, a fifo or a socket.
    case special
  }

  /// Tells a file from all others of a machine.
  struct Identity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
  }

  var kind: Kind
  /// The twelve bits that `chmod` sets.
  var permissions: UInt32
  var size: Int
  var modified: FileTime
  /// How many bytes it takes of the disk.
  var diskSize: Int
  /// How many names it has.
  var links: Int
  var identity: Identity
  /// From the source on, which is the top.
  var path: RelativePath

  var isFile: Bool { kind == .file }
  var isFolder: Bool { kind == .folder }
  var isLink: Bool { kind == .link }

  /// Whether so much of a file is a hole that it is worth the trouble.
  var isSparse: Bool { isFile && size - diskSize >= 64 * 1024 }

  /// Whether little of it is to be read. A file system that compresses says the same of files without holes.
  var isMostlyHoles: Bool { isSparse && diskSize < size / 2 }

  /// - Parameter blocks: In the units of `stat`, which are not those of the file system.
  private static func diskSize(blocks: Int) -> Int { min(blocks, .max / 512) * 512 }

  /// Whether one need not be copied over the other: what a file holds and where a link leads are taken to be told by
  /// size and time.
  func isLike(_ other: CopyEntry) -> Bool {
    // A folder's size is its file system's affair, and a link has no permissions.
    kind == other.kind && modified.isLike(other.modified) && (isFolder || size == other.size)
      && (isLink || permissions == other.permissions)
  }

  /// Whether it has changed when it is `later` afterwards. A folder changes with its content, of which each part is looked at,
  /// and some file systems number a file anew each time.
  func hasChanged(to later: CopyEntry) -> Bool {
    kind != later.kind
      || !isFolder && (size != later.size || modified != later.modified)
  }
}

extension CopyEntry {
  /// What `lstat` tells of it.
  init(_ status: stat, path: RelativePath) {
    self.init(
      kind: Kind(mode: status.st_mode),
      permissions: status.st_mode & 0o7777,
      size: Int(status.st_size),
      modified: FileTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec),
      diskSize: Self.diskSize(blocks: Int(status.st_blocks)),
      links: Int(clamping: status.st_nlink),
      identity: Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)),
      path: path
    )
  }
}

extension CopyEntry.Kind {
  fileprivate init(mode: UInt32) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    default: self = .special
    }
  }
}

extension CopyEntry {
  /// What is told of it in a line of a pod's list: `f:644 5 1234567890.5 8 1 2049:77`, or `81a4` for the kind and the
  /// permissions.
  init?(_ words: [ArraySlice<UInt8>], path: RelativePath) {
    guard words.count == 6, let (kind, permissions) = Self.mode(words[0]), let size = Self.number(words[1]),
      let modified = FileTime(words[2]), let blocks = Self.number(words[3]), let links = Self.number(words[4])
    else { return nil }
    let identity = words[5].split(separator: UInt8(ascii: ":")).map { UInt64(String(decoding: $0, as: UTF8.self)) }
    guard identity.count == 2, let device = identity[0], let inode = identity[1] else { return nil }
    self.init(
      kind: kind,
      permissions: permissions,
      size: size,
      modified: modified,
      diskSize: Self.diskSize(blocks: blocks),
      links: links,
      identity: Identity(device: device, inode: inode),
      path: path
    )
  }

  private static func mode(_ word: ArraySlice<UInt8>) -> (Kind, UInt32)? {
    let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      return UInt32(String(decoding: word, as: UTF8.self), radix: 16).map { (Kind(mode: $0), $0 & 0o7777) }
    }
    let kinds: [UInt8: Kind] = [UInt8(ascii: "f"): .file, UInt8(ascii: "d"): .folder, UInt8(ascii: "l"): .link]
    guard parts[0].count == 1, let letter = parts[0].first else { return nil }
    return UInt32(String(decoding: parts[1], as: UTF8.self), radix: 8).map { (kinds[letter] ?? .special, $0 & 0o7777) }
  }

  /// A number that is not negative, and to which what is in one packet may be added.
  private static func number(_ word: ArraySlice<UInt8>) -> Int? {
    Int(String(decoding: word, as: UTF8.self)).flatMap { (0...(1 << 56)).contains($0) ? $0 : nil }
  }
}
