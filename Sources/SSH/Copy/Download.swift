import Subprocess

/// Gets entries from a pod's server of files. Many requests are under way at any time, as in `Upload`.
struct Download {
  private typealias Block = (file: CopyEntry, handle: SFTPHandle, range: Range<Int>)

  private let sftp: SFTPSession
  private let source: String
  private let destination: String
  private let meter: CopyProgress
  private var files = LocalFiles()
  private var opened: SFTPWindow<CopyEntry>
  private var read: SFTPWindow<Block>
  private var links: SFTPWindow<CopyEntry>
  private var closed: SFTPWindow<Void>

  /// - Parameters:
  ///   - source: The folder there that the entries' names begin in.
  ///   - destination: The folder here, which is ours alone and has no links in it.
  init(_ sftp: SFTPSession, from source: String, to destination: String, _ meter: CopyProgress) {
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
  /// - Parameter entries: Folders before what is in them.
  /// - Throws: `CopyRefusal`, `SFTPEnd`, `CancellationError`.
  mutating func run(_ entries: [CopyEntry]) async throws {
    for folder in entries where folder.isFolder {
      try local(folder) { try files.makeFolder($0) }
    }
    for file in entries where file.isFile {
      if let next = try await opened.send(.open(file.path(in: source)), for: file) { try await read(next) }
    }
    while let next = try await opened.next() { try await read(next) }
    while let next = try await read.next() { try await write(next) }
    while try await closed.next() != nil {}
    // After all files, so that none can be written through one.
    for link in entries where link.isLink {
      if let next = try await links.send(.readLink(link.path(in: source)), for: link) { try make(next) }
    }
    while let next = try await links.next() { try make(next) }
    for folder in entries.reversed() where folder.isFolder {
      try local(folder) { try files.finishFolder($0, mode: folder.ownPermissions, modified: folder.modified) }
    }
  }

  private mutating func read(_ opening: (reply: SFTPReply, purpose: CopyEntry)) async throws {
    let file = opening.purpose
    guard case .handle(let handle) = opening.reply else { throw unreadable(file, opening.reply) }
    let size = await sftp.readSize
    var offset = 0
    repeat {
      let range = offset..<min(offset + size, file.size)
      offset = range.upperBound
      // Of an empty file a byte is asked for, too: the answer makes it whole, as any file's last one.
      let request = SFTPRequest.read(handle, offset: range.lowerBound, count: max(range.count, 1))
      if let next = try await read.send(request, for: (file, handle, range)) { try await write(next) }
    } while offset < file.size
  }

  private mutating func write(_ reading: (reply: SFTPReply, purpose: Block)) async throws {
    let (file, handle, range) = reading.purpose
    var reply = reading.reply
    var offset = range.lowerBound
    // A server may send less than it was asked for.
    while case .data(let bytes) = reply, !bytes.isEmpty, offset < range.upperBound {
      try local(file) { try files.write($0, offset: offset, bytes.prefix(range.upperBound - offset)) }
      offset += bytes.count
      meter.add(bytes.count)
      guard offset < range.upperBound else { break }
      reply = try await sftp.reply(sftp.send(.read(handle, offset: offset, count: range.upperBound - offset)))
    }
    switch reply {
    case .data, .atEnd: break
    default: throw unreadable(file, reply)
    }
    guard range.upperBound == file.size else { return }
    try local(file) { try files.finish($0, mode: file.ownPermissions, modified: file.modified) }
    _ = try await closed.send(.close(handle), for: ())
  }

  private func make(_ reading: (reply: SFTPReply, purpose: CopyEntry)) throws {
    let link = reading.purpose
    guard case .path(let target) = reading.reply else { throw unreadable(link, reading.reply) }
    try local(link) { try files.makeLink($0, to: target, modified: link.modified) }
  }

  private func local(_ entry: CopyEntry, _ work: (_ path: String) throws -> Void) throws {
    let path = entry.path(in: destination)
    do {
      try work(path)
    } catch let error as SystemError {
      throw CopyRefusal.writing(path, error.reason)
    }
  }

  private func unreadable(_ entry: CopyEntry, _ reply: SFTPReply) -> CopyRefusal {
    .reading(entry.path(in: source), reply.reason)
  }
}

extension CopyEntry {
  /// Without the bits that let a file of others' run as its owner.
  fileprivate var ownPermissions: UInt32 { isFolder ? permissions : mode & 0o1777 }
}
