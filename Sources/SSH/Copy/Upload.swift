import Subprocess

/// Sends entries to a pod's server of files. Many requests are under way at any time, so that the distance to the pod
/// counts once, not once for each file. The protocol knows no parts of a second.
struct Upload {
  private typealias Block = (file: CopyEntry, handle: SFTPHandle, isLast: Bool, size: Int)

  private let sftp: SFTPSession
  private let source: LocalTree
  private let destination: [UInt8]
  private let meter: CopyProgress
  private var notes = CopyNotes()
  private var opened: SFTPWindow<CopyEntry>
  private var written: SFTPWindow<Block>
  /// With the path that is changed; nil: whether it is does not matter.
  private var others: SFTPWindow<[UInt8]?>

  /// - Parameter destination: What the source is called there, in a folder that is ours alone.
  init(_ sftp: SFTPSession, from source: LocalTree, to destination: [UInt8], _ meter: CopyProgress) {
    self.sftp = sftp
    self.source = source
    self.destination = destination
    self.meter = meter
    opened = SFTPWindow(sftp)
    written = SFTPWindow(sftp)
    others = SFTPWindow(sftp)
  }

  /// Blocks while a file here is at work, and wants a `BlockingExecutor`.
  ///
  /// - Parameter entries: Folders before what is in them.
  /// - Throws: `CopyRefusal`, `SFTPEnd`, `CancellationError`.
  mutating func run(_ entries: [CopyEntry]) async throws -> CopyNotes {
    for folder in entries where folder.isFolder {
      let path = folder.path.path(in: destination)
      // That it is there already is not told from other reasons; to change it shows.
      try await change(nil, .makeFolder(path))
      try await change(path, .change(path, mode: 0o700, modified: nil))
    }
    let namesAgain = await sftp.knows(.makeHardLink([], to: [])) ? entries.otherNames : [:]
    for file in entries where file.isFile && namesAgain[file.path] == nil {
      let path = file.path.path(in: destination)
      if let next = try await opened.send(.create(path), for: file) { try await write(next) }
    }
    while let next = try await opened.next() { try await write(next) }
    while let next = try await written.next() { try await finish(next) }
    for entry in entries {
      if let first = namesAgain[entry.path] { try await name(entry, as: first) }
      if entry.isLink { try await make(entry) }
    }
    for folder in entries.reversed() where folder.isFolder {
      let path = folder.path.path(in: destination)
      try await change(path, .change(path, mode: folder.permissions, modified: folder.modified.seconds))
    }
    while let next = try await others.next() { try check(next) }
    return notes
  }

  private mutating func write(_ opening: (reply: SFTPReply, purpose: CopyEntry)) async throws {
    let entry = opening.purpose
    let path = entry.path.path(in: destination)
    guard case .handle(let handle) = opening.reply else {
      throw CopyRefusal.writing(String(decoding: path, as: UTF8.self), opening.reply.reason)
    }
    let file: LocalFile
    let now: CopyEntry
    do {
      file = try source.open(entry.path)
      now = try file.entry(entry.path)
    } catch let error as SystemError {
      notes.note(error.code, of: entry.path)
      return try await drop(path, handle)
    }
    guard now.isFile else {
      notes.changed.insert(entry.path)
      notes.absent.insert(entry.path)
      return try await drop(path, handle)
    }
    let step = await sftp.writeSize
    let extents = now.isSparse ? (try? file.extents(size: now.size)) ?? [0..<now.size] : [0..<now.size]
    // A byte more or less is none: an empty block makes an empty file whole, as any file's last one.
    var blocks = extents.flatMap { extent in
      stride(from: extent.lowerBound, to: extent.upperBound, by: step).map { $0..<min($0 + step, extent.upperBound) }
    }
    if blocks.last?.upperBound != now.size || blocks.isEmpty { blocks.append(now.size..<now.size) }
    for (number, block) in blocks.enumerated() {
      let bytes = (try? file.read(offset: block.lowerBound, count: block.count)) ?? []
      let isShort = bytes.count < block.count
      let size = isShort ? block.lowerBound + bytes.count : now.size
      if isShort { notes.cut(entry.path, to: size) }
      let purpose = (now, handle, isShort || number == blocks.count - 1, size)
      if let next = try await written.send(.write(handle, offset: block.lowerBound, bytes), for: purpose) {
        try await finish(next)
      }
      meter.add(bytes.count)
      if isShort { break }
    }
  }

  /// Removes a file that was made and of which nothing can be sent.
  private mutating func drop(_ path: [UInt8], _ handle: SFTPHandle) async throws {
    try await change(path, .close(handle))
    try await change(path, .remove(path))
  }

  /// Gives a file that has all of its bytes its permissions and its time.
  private mutating func finish(_ writing: (reply: SFTPReply, purpose: Block)) async throws {
    let (file, handle, isLast, size) = writing.purpose
    let path = file.path.path(in: destination)
    try check((writing.reply, path))
    guard isLast else { return }
    try await change(
      path,
      .changeOpen(handle, size: size, mode: file.permissions, modified: file.modified.seconds)
    )
    try await change(path, .close(handle))
  }

  private mutating func name(_ entry: CopyEntry, as first: RelativePath) async throws {
    guard !notes.absent.contains(first) else { return notes.note(nil, of: entry.path) }
    let path = entry.path.path(in: destination)
    try await change(nil, .remove(path))
    try await change(path, .makeHardLink(path, to: first.path(in: destination)))
  }

  private mutating func make(_ link: CopyEntry) async throws {
    let path = link.path.path(in: destination)
    let target: [UInt8]
    do {
      target = try source.target(link.path)
    } catch let error as SystemError {
      return notes.note(error.code, of: link.path)
    }
    try await change(path, .makeLink(path, to: target))
    let dating = SFTPRequest.dateLink(path, modified: link.modified.seconds)
    if await sftp.knows(dating) { try await change(path, dating) }
  }

  private mutating func change(_ path: [UInt8]?, _ request: SFTPRequest) async throws {
    if let next = try await others.send(request, for: path) { try check(next) }
  }

  private func check(_ change: (reply: SFTPReply, purpose: [UInt8]?)) throws {
    guard let path = change.purpose, change.reply != .done else { return }
    throw CopyRefusal.writing(String(decoding: path, as: UTF8.self), change.reply.reason)
  }
}

extension [CopyEntry] {
  /// Files that are other names of one before them, by path.
  var otherNames: [RelativePath: RelativePath] {
    var first: [CopyEntry.Identity: RelativePath] = [:]
    var names: [RelativePath: RelativePath] = [:]
    for entry in self where entry.isFile && entry.links > 1 {
      if let known = first[entry.identity] { names[entry.path] = known } else { first[entry.identity] = entry.path }
    }
    return names
  }
}
