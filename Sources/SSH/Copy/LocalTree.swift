import Concurrency
import Glibc
import Subprocess

/// A file or folder of this machine and all that is in it, or that is to be. Its parts are reached name by name from the
/// folder that it is in, and no link on the way is followed, so that no path leads out of it. All of it blocks.
final class LocalTree: Sendable {
  /// What it is in.
  let parent: Folder
  /// What it is called there.
  let name: [UInt8]
  /// The last folder that was reached, since what comes next is mostly in the same.
  private let last = Locked<(path: RelativePath, folder: Folder)?>(nil)

  init(in parent: Folder, name: [UInt8]) {
    self.parent = parent
    self.name = name
  }

  /// The folder that a part is in, and its name there.
  ///
  /// - Throws: `SystemError`.
  func place(of path: RelativePath) throws -> (folder: Folder, name: [UInt8]) {
    path.isTop ? (parent, name) : (try folder(path.parent), Array(path.name))
  }

  /// A part that is a folder.
  ///
  /// - Throws: `SystemError`.
  func folder(_ path: RelativePath) throws -> Folder {
    if let last = last.withLock({ $0 }), last.path == path { return last.folder }
    var folder = try parent.folder(name)
    for name in path.names { folder = try folder.folder(name) }
    last.withLock { [folder] in $0 = (path, folder) }
    return folder
  }

  /// - Returns: nil when there is no such part.
  /// - Throws: `SystemError`.
  func entry(_ path: RelativePath) throws -> CopyEntry? {
    do {
      let (folder, name) = try place(of: path)
      return try folder.status(name).map { CopyEntry($0, path: path) }
    } catch let error as SystemError where [ENOENT, ENOTDIR, ELOOP].contains(error.code) {
      return nil
    }
  }

  /// All parts. What goes away meanwhile is left out.
  ///
  /// - Throws: `SystemError` when it cannot be looked at at all.
  func list() throws -> CopyList {
    var list = CopyList()
    guard let top = try entry(.top) else { return list }
    list.entries.append(top)
    var folders = top.isFolder ? [RelativePath.top] : []
    while let path = folders.popLast() {
      let names: [[UInt8]]
      do {
        names = try folder(path).names()
      } catch let error as SystemError {
        if ![ENOENT, ENOTDIR].contains(error.code) { list.unreadable.append(path) }
        continue
      }
      for name in names {
        guard let part = path.appending(name), let entry = try? entry(part) else { continue }
        list.entries.append(entry)
        if entry.isFolder { folders.append(part) }
      }
    }
    return list
  }

  /// Opens a file to be read. One that is no file any more is not waited for.
  ///
  /// - Throws: `SystemError`.
  func open(_ path: RelativePath) throws -> LocalFile {
    let (folder, name) = try place(of: path)
    return LocalFile(try folder.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
  }

  /// Makes a file that only we may use, in the place of a file or a link.
  ///
  /// - Throws: `SystemError`.
  func create(_ path: RelativePath) throws -> LocalFile {
    let (folder, name) = try place(of: path)
    try folder.remove(name)
    return LocalFile(try folder.open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW))
  }

  /// Opens a file that is there to be changed.
  ///
  /// - Throws: `SystemError`.
  func reopen(_ path: RelativePath) throws -> LocalFile {
    let (folder, name) = try place(of: path)
    return LocalFile(try folder.open(name, O_RDWR | O_NOFOLLOW | O_NONBLOCK))
  }

  /// Makes a folder that only we may use, unless there is one, in the place of a file or a link.
  ///
  /// - Throws: `SystemError`.
  func makeFolder(_ path: RelativePath) throws {
    let (parent, name) = try place(of: path)
    if let status = try parent.status(name) {
      if status.st_mode & S_IFMT == S_IFDIR {
        return try parent.setPermissions(name, 0o700)
      }
      try parent.remove(name)
    }
    try parent.makeFolder(name)
  }

  /// Makes a link, in the place of a file or another.
  ///
  /// - Throws: `SystemError`.
  func makeLink(_ path: RelativePath, to target: [UInt8], modified: FileTime) throws {
    let (folder, name) = try place(of: path)
    try folder.remove(name)
    try folder.makeLink(name, to: target)
    try folder.setModified(name, modified)
  }

  /// Gives one part a second name.
  ///
  /// - Throws: `SystemError`.
  func makeHardLink(_ path: RelativePath, to other: RelativePath) throws {
    let (target, targetName) = try place(of: other)
    let (folder, name) = try place(of: path)
    try folder.remove(name)
    try target.link(targetName, as: name, in: folder)
  }

  /// Gives files that have arrived their other names.
  ///
  /// - Parameter otherNames: Those of `entries`, and by which name each file has arrived.
  /// - Throws: `SystemError`.
  func makeHardLinks(
    _ entries: [CopyEntry],
    _ otherNames: [RelativePath: RelativePath],
    _ notes: inout CopyNotes
  ) throws {
    for entry in entries {
      guard let first = otherNames[entry.path] else { continue }
      if notes.absent.contains(first) {
        notes.note(nil, of: entry.path)
      } else {
        try makeHardLink(entry.path, to: first)
      }
    }
  }

  /// Removes it, whatever it is.
  ///
  /// - Throws: `SystemError`.
  func remove() throws {
    let entries = try list().entries
    for folder in entries where folder.isFolder { try makeFolder(folder.path) }
    for entry in entries.reversed() {
      let (folder, name) = try place(of: entry.path)
      try folder.remove(name, isFolder: entry.isFolder)
    }
  }
}
