import Concurrency
import Subprocess

/// Puts a tar stream from a pod into the folder where a copy comes together. Only what was asked for is taken, as what it
/// was listed as: a file, a folder or a link, under its own name. It blocks.
struct CopyReceiver {
  private let tree: LocalTree
  private let wanted: [RelativePath: CopyEntry]
  /// Whether the copy is one file, whatever its name in the stream is.
  private let isOneFile: Bool
  private let meter: CopyProgress
  private var current: (entry: CopyEntry, file: LocalFile, size: Int)?
  /// Up to where the current file has come.
  private var reached = 0
  /// Files and links that have come in full.
  private(set) var arrived: Set<RelativePath> = []
  /// How large files are that have not come as they were listed.
  private(set) var sizes: [RelativePath: Int] = [:]

  init(into tree: LocalTree, _ entries: [CopyEntry], _ meter: CopyProgress) {
    self.tree = tree
    self.meter = meter
    wanted = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    isOneFile = entries.first.map { $0.path.isTop && !$0.isFolder } ?? false
  }

  /// - Throws: `CopyRefusal` when something cannot be written.
  mutating func take(_ part: TarReader.Part) throws {
    do {
      switch part {
      case .entry(let header): try begin(header)
      case .content(let offset, let bytes):
        meter.add(bytes.count)
        guard let (entry, file, _) = current else { return }
        reached = offset + bytes.count
        try entry.isSparse ? file.writeSparsely(offset: offset, bytes) : file.write(offset: offset, bytes)
      case .entryEnd: try end()
      }
    } catch let error as SystemError {
      throw CopyRefusal.writing(current?.entry.path.text ?? "a part of the copy", error.reason)
    }
  }

  private mutating func begin(_ header: TarHeader) throws {
    current = nil
    reached = 0
    guard let path = path(header.name), let entry = wanted[path] else { return }
    switch (header.kind, entry.kind) {
    case (.file, .file), (.sparse, .file):
      current = (entry, try tree.create(path), header.kind == .sparse ? header.realSize : header.size)
    case (.hardLink, .file):
      guard let target = self.path(header.target), arrived.contains(target) else { return }
      try tree.makeHardLink(path, to: target)
      arrived.insert(path)
    case (.link, .link):
      guard !header.target.isEmpty, !header.target.contains(0) else { return }
      try tree.makeLink(path, to: header.target, modified: entry.modified)
      arrived.insert(path)
    default: return
    }
  }

  private mutating func end() throws {
    guard let (entry, file, size) = current else { return }
    try file.setSize(size)
    try file.finish(permissions: entry.permissions, modified: entry.modified)
    arrived.insert(entry.path)
    if size != entry.size { sizes[entry.path] = size }
    current = nil
  }

  /// Keeps what has come of the file in whose middle the stream ended.
  ///
  /// - Returns: The file; nil when the stream ended between files.
  /// - Throws: `SystemError`.
  mutating func breakOff() throws -> RelativePath? {
    guard let path = current?.entry.path else { return nil }
    current?.size = reached
    try end()
    return path
  }

  private func path(_ name: [UInt8]) -> RelativePath? {
    if isOneFile { return .top }
    let name = name.starts(with: "./".utf8) ? name.dropFirst(2) : name[...]
    return RelativePath(name)
  }
}
