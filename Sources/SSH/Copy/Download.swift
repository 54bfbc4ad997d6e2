import Glibc
import Subprocess

/// Gets entries from a pod's server of files. Many requests are under way at any time, as in `Upload`.
struct Download {
  private typealias Block = (file: CopyEntry, handle: SFTPHandle, range: Range<Int>)

  private let sftp: SFTPSession
  private let source: [UInt8]
  private let destination: LocalTree
  private let meter: CopyProgress
  private var notes = CopyNotes()
  /// The one that is written to.
  private var current: (path: RelativePath, file: LocalFile)?
  private var opened: SFTPWindow<CopyEntry>
  private var read: SFTPWindow<Block>
  private var links: SFTPWindow<CopyEntry>
  private var closed: SFTPWindow<Void>

  /// - Parameters:
  ///   - source: Where it is there.
  ///   - destination: Where it comes together here; its folders are there.
  init(_ sftp: SFTPSession, from source: [UInt8], to destination: LocalTree, _ meter: CopyProgress) {
    self.sftp = sftp
    self.source = source
    self.destination = destination
    self.meter = meter
    opened = SFTPWindow(sftp)
    read = SFTPWindow(sftp)
    links = SFTPWindow(sftp)
    closed = SFTPWindow(sftp)
  }

  /// Blocks while a file here is at work, and wants a `BlockingExecutor`.
  ///
  /// - Parameter entries: Files and links.
  /// - Throws: `CopyRefusal`, `SFTPEnd`, `CancellationError`.
  mutating func run(_ entries: [CopyEntry]) async throws -> CopyNotes {
    let namesAgain = entries.otherNames
    for file in entries where file.isFile && namesAgain[file.path] == nil {
      if let next = try await opened.send(.open(file.path.path(in: source)), for: file) { try await read(next) }
    }
    while let next = try await opened.next() { try await read(next) }
    while let next = try await read.next() { try await write(next) }
    while try await closed.next() != nil {}
    for link in entries where link.isLink {
      if let next = try await links.send(.readLink(link.path.path(in: source)), for: link) { try make(next) }
    }
    while let next = try await links.next() { try make(next) }
    do {
      try destination.makeHardLinks(entries, namesAgain, &notes)
    } catch let error as SystemError {
      throw CopyRefusal.writing("a second name of a file", error.reason)
    }
    return notes
  }

  private mutating func read(_ opening: (reply: SFTPReply, purpose: CopyEntry)) async throws {
    let file = opening.purpose
    guard case .handle(let handle) = opening.reply else { return notes.note(nil, of: file.path) }
    let size = await sftp.readSize
    var offset = 0
    repeat {
      // Of one that has been cut short only the end is asked for, by which it is known as done.
      if notes.sizes[file.path] != nil { offset = max(offset, file.size - 1) }
      let range = offset..<min(offset + size, file.size)
      offset = range.upperBound
      // Of an empty file a byte is asked for, too: the answer makes it whole, as any file's last one.
      let request = SFTPRequest.read(handle, offset: range.lowerBound, count: max(range.count, 1))
      if let next = try await read.send(request, for: (file, handle, range)) { try await write(next) }
    } while offset < file.size
  }

  private mutating func write(_ reading: (reply: SFTPReply, purpose: Block)) async throws {
    let (entry, handle, range) = reading.purpose
    var reply = reading.reply
    var offset = range.lowerBound
    let file = try open(entry)
    // A server may send less than it was asked for.
    while case .data(let bytes) = reply, !bytes.isEmpty, offset < range.upperBound {
      let piece = bytes.prefix(range.upperBound - offset)
      try local(entry) {
        try entry.isSparse ? file.writeSparsely(offset: offset, piece) : file.write(offset: offset, piece)
      }
      offset += bytes.count
      meter.add(bytes.count)
      guard offset < range.upperBound else { break }
      reply = try await sftp.reply(sftp.send(.read(handle, offset: offset, count: range.upperBound - offset)))
    }
    if offset < range.upperBound { notes.cut(entry.path, to: offset) }
    guard range.upperBound == entry.size else { return }
    try local(entry) {
      try file.setSize(notes.sizes[entry.path] ?? entry.size)
      try file.finish(permissions: entry.permissions, modified: entry.modified)
    }
    current = nil
    _ = try await closed.send(.close(handle), for: ())
  }

  private mutating func open(_ entry: CopyEntry) throws -> LocalFile {
    if let current, current.path == entry.path { return current.file }
    let file = try local(entry) { try destination.create(entry.path) }
    current = (entry.path, file)
    return file
  }

  private mutating func make(_ reading: (reply: SFTPReply, purpose: CopyEntry)) throws {
    let link = reading.purpose
    guard case .path(let target) = reading.reply, !target.isEmpty, !target.contains(0) else {
      return notes.note(nil, of: link.path)
    }
    try local(link) { try destination.makeLink(link.path, to: target, modified: link.modified) }
  }

  private func local<Value>(_ entry: CopyEntry, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SystemError {
      throw CopyRefusal.writing(entry.path.text, error.reason)
    }
  }
}
