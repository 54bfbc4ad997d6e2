import Subprocess

/// Sends entries to a pod's server of files. Many requests are under way at any time, so that the distance to the pod
/// counts once, not once for each file.
struct Upload {
  private typealias Block = (file: CopyEntry, handle: SFTPHandle, isLast: Bool)

  private let sftp: SFTPSession
  private let source: String
  private let destination: String
  private let meter: CopyProgress
  private var files = LocalFiles()
  private var opened: SFTPWindow<CopyEntry>
  private var written: SFTPWindow<Block>
  /// With the path that is changed; nil: whether it is does not matter.
  private var others: SFTPWindow<String?>

  /// - Parameters:
  ///   - source: The folder here that the entries' names begin in.
  ///   - destination: The folder there, which is ours alone.
  init(_ sftp: SFTPSession, from source: String, to destination: String, _ meter: CopyProgress) {
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
  mutating func run(_ entries: [CopyEntry]) async throws {
    for folder in entries where folder.isFolder {
      let path = folder.path(in: destination)
      // That it is there already is not told from other reasons; to change it shows.
      try await change(nil, .makeFolder(path))
      try await change(path, .change(path, mode: 0o700, modified: nil))
    }
    for file in entries where file.isFile {
      let path = file.path(in: destination)
      if let next = try await opened.send(.create(path), for: file) { try await write(next) }
    }
    while let next = try await opened.next() { try await write(next) }
    while let next = try await written.next() { try await finish(next) }
    for link in entries where link.isLink { try await make(link) }
    for folder in entries.reversed() where folder.isFolder {
      let path = folder.path(in: destination)
      try await change(path, .change(path, mode: folder.permissions, modified: folder.modified))
    }
    while let next = try await others.next() { try check(next) }
  }

  private mutating func write(_ opening: (reply: SFTPReply, purpose: CopyEntry)) async throws {
    let file = opening.purpose
    let path = file.path(in: source)
    guard case .handle(let handle) = opening.reply else {
      throw CopyRefusal.writing(file.path(in: destination), opening.reply.reason)
    }
    let size = await sftp.writeSize
    var offset = 0
    repeat {
      let (position, count) = (offset, min(size, file.size - offset))
      let bytes: [UInt8]
      do {
        bytes = try files.read(path, offset: position, count: count)
      } catch let error as SystemError {
        throw CopyRefusal.reading(path, error.reason)
      }
      offset += bytes.count
      let block = (file, handle, offset == file.size || bytes.count < count)
      if let next = try await written.send(.write(handle, offset: position, bytes), for: block) {
        try await finish(next)
      }
      meter.add(bytes.count)
      if block.2 { break }
    } while true
  }

  /// Gives a file that has all of its bytes its permissions and its time.
  private mutating func finish(_ writing: (reply: SFTPReply, purpose: Block)) async throws {
    let (file, handle, isLast) = writing.purpose
    let path = file.path(in: destination)
    try check((writing.reply, path))
    guard isLast else { return }
    try await change(path, .changeOpen(handle, mode: file.permissions, modified: file.modified))
    try await change(path, .close(handle))
  }

  private mutating func make(_ link: CopyEntry) async throws {
    let path = link.path(in: destination)
    let source = link.path(in: source)
    let target: [UInt8]
    do {
      target = try files.readLink(source)
    } catch let error as SystemError {
      throw CopyRefusal.reading(source, error.reason)
    }
    try await change(path, .makeLink(path, to: target))
    let dating = SFTPRequest.dateLink(path, modified: link.modified)
    if await sftp.knows(dating) { try await change(path, dating) }
  }

  private mutating func change(_ path: String?, _ request: SFTPRequest) async throws {
    if let next = try await others.send(request, for: path) { try check(next) }
  }

  private func check(_ change: (reply: SFTPReply, purpose: String?)) throws {
    guard let path = change.purpose, change.reply != .done else { return }
    throw CopyRefusal.writing(path, change.reply.reason)
  }
}
