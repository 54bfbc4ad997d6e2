import Glibc
import Reporting
import Subprocess

/// A file or folder of this machine that is copied to a pod. It blocks, and wants a `BlockingExecutor`.
struct LocalSource: CopySource {
  /// How many bytes are read at once.
  private static let step = 256 * 1024

  let name: String
  let tree: LocalTree

  /// - Parameter path: As the user has written it; a link is followed.
  /// - Throws: `Failure`.
  init(_ path: String) throws {
    name = path
    do {
      let (folder, name) = LocalPath.split(try LocalPath.real(LocalPath.expanded(Array(path.utf8))))
      tree = LocalTree(in: try Folder.open(folder), name: name.isEmpty ? Array(".".utf8) : name)
    } catch let error as SystemError {
      throw error.code == ENOENT || error.code == ENOTDIR
        ? Failure.noSource(path) : CopyRefusal.reading(path, error.reason).failure
    }
  }

  func list() async throws -> CopyList {
    do {
      return try tree.list()
    } catch let error as SystemError {
      throw CopyRefusal.reading(name, error.reason)
    }
  }

  /// Where it is, without links.
  ///
  /// - Throws: `CopyRefusal`.
  func realPath() throws -> [UInt8] {
    do {
      return try tree.parent.realPath() + [UInt8(ascii: "/")] + tree.name
    } catch let error as SystemError {
      throw CopyRefusal.reading(name, error.reason)
    }
  }

  /// Sends a tar stream of entries.
  ///
  /// - Parameters:
  ///   - entries: Folders before what is in them.
  ///   - tar: What reads it on the pod.
  /// - Returns: What could not be sent.
  /// - Throws: What `sink` throws.
  func send(_ entries: [CopyEntry], by tar: PodTar, to sink: @escaping CopySink) async throws -> CopyNotes {
    var stream = TarWriter(isGNU: tar == .gnu, sink)
    var notes = CopyNotes()
    var names: [CopyEntry.Identity: RelativePath] = [:]
    for entry in entries {
      switch entry.kind {
      // They get their permissions at the end, when nothing more is put into them.
      case .folder: try await stream.folder(entry, permissions: 0o700)
      case .link:
        guard let target = read(entry, &notes, { try tree.target(entry.path) }) else { continue }
        try await stream.link(entry, to: target)
      case .file:
        if let known = names[entry.identity] {
          try await stream.hardLink(entry, to: known)
        } else if try await send(entry, in: &stream, &notes), entry.links > 1 {
          names[entry.identity] = entry.path
        }
      case .special: continue
      }
    }
    for folder in entries.reversed() where folder.isFolder {
      try await stream.folder(folder, permissions: folder.permissions)
    }
    try await stream.end()
    return notes
  }

  /// - Returns: Whether the file was sent, in whatever state.
  private func send(_ entry: CopyEntry, in stream: inout TarWriter, _ notes: inout CopyNotes) async throws -> Bool {
    guard let file = read(entry, &notes, { try tree.open(entry.path) }),
      let now = read(entry, &notes, { try file.entry(entry.path) })
    else { return false }
    guard now.isFile else {
      notes.note(ELOOP, of: entry.path)
      return false
    }
    let extents = try now.isSparse && stream.isGNU ? file.extents(size: now.size) : now.size > 0 ? [0..<now.size] : []
    try await stream.file(now, extents: extents)
    for extent in extents {
      for offset in stride(from: extent.lowerBound, to: extent.upperBound, by: Self.step) {
        let count = min(Self.step, extent.upperBound - offset)
        // What cannot be read is cut off, as what is no longer there.
        var bytes = (try? file.read(offset: offset, count: count)) ?? []
        if bytes.count < count {
          // So many were announced; that they are not the file's is told, and they are cut off again.
          notes.cut(entry.path, to: offset + bytes.count)
          bytes += [UInt8](repeating: 0, count: count - bytes.count)
        }
        try await stream.content(bytes)
      }
    }
    try await stream.fillUp()
    return true
  }

  /// Does `body` for an entry, and notes why it cannot be done.
  private func read<Value>(_ entry: CopyEntry, _ notes: inout CopyNotes, _ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch {
      notes.note((error as? SystemError)?.code, of: entry.path)
      return nil
    }
  }

  func sums(of part: CopyPart, by program: String) async throws -> [String]? {
    try await tree.sums(of: part, by: program)
  }

  func send(_ blocks: [Range<Int>], of part: CopyPart, to sink: @escaping CopySink) async throws {
    do {
      let file = try tree.open(part.file.path)
      for range in part.bytes(of: blocks) {
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: Self.step) {
          let bytes = try file.read(offset: offset, count: min(Self.step, range.upperBound - offset))
          try await sink(bytes)
        }
      }
    } catch let error as SystemError where error.call != "write" {
      throw CopyRefusal.reading(part.file.path.text, error.reason)
    }
  }
}

extension LocalTree {
  /// What a link leads to.
  ///
  /// - Throws: `SystemError`.
  func target(_ path: RelativePath) throws -> [UInt8] {
    let (folder, name) = try place(of: path)
    return try folder.readLink(name)
  }

  /// A checksum of each block of a part that both sides have; nil when there is no such program.
  ///
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`.
  func sums(of part: CopyPart, by program: String) async throws -> [String]? {
    var sums: [String] = []
    do {
      let file = try open(part.file.path)
      let common = min(part.file.size, part.baseSize)
      for offset in stride(from: 0, to: common, by: CopyPart.blockSize) {
        // It has not the name of the file, and so nothing of what another has named it.
        let block = try file.read(offset: offset, count: CopyPart.blockSize)
        let result = try await ChildProcess.run(ChildCommand(program), input: block)
        guard result.exit.isSuccess else { return nil }
        sums.append(String(decoding: result.standardOutput.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
      }
    } catch let failure as Failure where failure.kind == .environmentIncomplete {
      return nil
    } catch let error as SystemError {
      throw CopyRefusal.reading(part.file.path.text, error.reason)
    }
    return sums
  }
}
