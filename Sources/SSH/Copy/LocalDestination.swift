import Concurrency
import Glibc
import Reporting
import Subprocess

/// A place on this machine that a copy comes to from a pod. It blocks, and wants a `BlockingExecutor`.
///
/// What the pod sends is put into a folder that only we may use, by descriptors and without following any link, under names
/// that `RelativePath` has let pass, and only those that the pod has listed before as files, folders and links.
struct LocalDestination: CopyDestination {
  let name: String
  let place: LocalPlace
  /// Whether the folder in which the copy comes together may be there from before.
  private let resumes: Bool
  private let stagingName: [UInt8]
  private let begun = Locked<LocalTree?>(nil)

  /// - Parameters:
  ///   - path: As the user has written it.
  ///   - entry: What the copy is called in a folder.
  ///   - token: Tells this copy's folder from others'.
  /// - Throws: `Failure`, `CopyRefusal`.
  init(_ path: String, entry: [UInt8], token: String, resumes: Bool) throws {
    name = path
    self.resumes = resumes
    stagingName = Array(CopyStaging.name(token).utf8)
    do {
      place = try LocalPlace(Array(path.utf8), name: entry)
    } catch let error as SystemError {
      throw CopyRefusal.writing(path, error.reason)
    }
  }

  /// What has come; the folder for it is made when it is needed first.
  ///
  /// - Throws: `SystemError`, `CopyRefusal`.
  private func arrived() throws -> LocalTree {
    if let known = begun.withLock({ $0 }) { return known }
    do {
      try place.folder.makeFolder(stagingName)
    } catch let error as SystemError where resumes && error.code == EEXIST {}
    do {
      let staging = try place.folder.folder(stagingName)
      if try staging.status().st_uid == geteuid() {
        let tree = LocalTree(in: staging, name: CopyStaging.entry)
        begun.withLock { $0 = tree }
        return tree
      }
    } catch let error as SystemError where [ENOTDIR, ELOOP].contains(error.code) {}
    throw CopyRefusal.writing(String(decoding: stagingName, as: UTF8.self), "what is there is not ours")
  }

  /// Has everything ready for entries that come, and makes their folders.
  ///
  /// - Returns: Where they come together.
  /// - Throws: `CopyRefusal`; `Failure` when a device, a fifo or a socket is there.
  func begin(_ entries: [CopyEntry]) throws -> LocalTree {
    guard !place.isSpecial else { throw inTheWay }
    return try writing {
      let tree = try arrived()
      for folder in entries where folder.isFolder { try tree.makeFolder(folder.path) }
      return tree
    }
  }

  /// Has bytes written into the device or the fifo that is there.
  ///
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`, and what `feed` throws.
  func pour(_ feed: Feed) async throws {
    let writer: PipeWriter
    do {
      writer = try await place.openSpecial()
    } catch let error as SystemError where error.code == ENXIO {
      throw inTheWay
    } catch let error as SystemError {
      throw CopyRefusal.writing(name, error.reason)
    }
    defer { writer.close() }
    try await feed { bytes in
      do {
        try await writer.write(bytes)
      } catch let error as SystemError {
        throw CopyRefusal.writing(name, error.reason)
      }
    }
  }

  private var inTheWay: Failure { .inTheWay(name, "\(place.text) is a device, a fifo or a socket") }

  func present() async throws -> CopyList { try writing { try LocalTree(in: place.folder, name: place.name).list() } }

  func left() async throws -> CopyList {
    try writing { try place.folder.status(stagingName) == nil ? CopyList() : arrived().list() }
  }

  func remove(_ paths: [RelativePath]) async throws {
    try writing {
      for path in paths where try arrived().entry(path) != nil {
        let (folder, name) = try arrived().place(of: path)
        try LocalTree(in: folder, name: name).remove()
      }
    }
  }

  func sums(of part: CopyPart, by program: String) async throws -> [String]? {
    try await writing { try base(of: part) }.sums(of: part, by: program)
  }

  func receive(_ blocks: [Range<Int>], of part: CopyPart, _ feed: @escaping Feed) async throws {
    let file = try writing { () throws -> LocalFile in
      let arrived = try arrived()
      if part.isLeft {
        let (folder, name) = try arrived.place(of: part.file.path)
        try folder.setPermissions(name, 0o600)
        return try arrived.reopen(part.file.path)
      }
      let file = try LocalTree(in: arrived.parent, name: CopyStaging.part).create(.top)
      try file.fill(from: base(of: part).open(part.file.path), size: min(part.baseSize, part.file.size))
      return file
    }
    let writer = BlockWriter(file: file, ranges: part.bytes(of: blocks))
    try await feed { bytes in try writing { try writer.write(bytes) } }
    try writing { try writer.end(size: part.file.size) }
  }

  func finish(_ part: CopyPart) async throws {
    try writing {
      let arrived = try arrived()
      let tree = part.isLeft ? arrived : LocalTree(in: arrived.parent, name: CopyStaging.part)
      let file = try tree.reopen(part.isLeft ? part.file.path : .top)
      try file.finish(permissions: part.file.permissions, modified: part.file.modified)
      guard !part.isLeft else { return }
      for folder in part.file.path.folders { try arrived.makeFolder(folder) }
      let (folder, name) = try arrived.place(of: part.file.path)
      try arrived.parent.rename(CopyStaging.part, to: name, in: folder)
    }
  }

  private func base(of part: CopyPart) throws -> LocalTree {
    part.isLeft ? try arrived() : LocalTree(in: place.folder, name: place.name)
  }

  func spoil(_ sizes: [RelativePath: Int]) async throws {
    try writing {
      let arrived = try arrived()
      for (path, size) in sizes where try arrived.entry(path)?.isFile == true {
        let file = try arrived.reopen(path)
        if try file.entry(path).size > size { try file.setSize(size) }
        try file.touch()
      }
    }
  }

  func commit(_ folders: [CopyEntry]) async throws -> [RelativePath] {
    try writing {
      let arrived = try arrived()
      guard try arrived.entry(.top) != nil else { throw CopyRefusal.writing(name, "nothing came") }
      let merge = try LocalMerge(from: arrived, to: place, for: name)
      try merge.run()
      for folder in folders.reversed() {
        try merge.folder(folder.path).finish(permissions: folder.permissions, modified: folder.modified)
      }
      try remove()
      return merge.replacedLinks
    }
  }

  func discard() async throws { try writing { try remove() } }

  private func remove() throws {
    try LocalTree(in: place.folder, name: stagingName).remove()
  }

  private func writing<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SystemError {
      throw CopyRefusal.writing(name, error.reason)
    }
  }
}
