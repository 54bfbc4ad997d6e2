import Glibc
import Subprocess

/// A folder of this machine that is open. What is in it is reached through its descriptor: however the path to it changes
/// meanwhile, a name leads nowhere else, and no link is followed unless the caller says so. All of it blocks.
final class Folder: Sendable {
  let number: Int32

  /// Takes ownership of `number`.
  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens a folder by a path, links and all.
  ///
  /// - Throws: `SystemError`.
  static func open(_ path: [UInt8]) throws -> Folder {
    let number = withCString(path) { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard number >= 0 else { throw SystemError("open") }
    return Folder(number)
  }

  /// Opens a folder in this one.
  ///
  /// - Throws: `SystemError`; `ENOTDIR` for a link, unless those are followed.
  func folder(_ name: some Collection<UInt8>, followingLinks: Bool = false) throws -> Folder {
    Folder(try open(name, O_RDONLY | O_DIRECTORY | (followingLinks ? 0 : O_NOFOLLOW)))
  }

  /// Opens what is in this folder.
  ///
  /// - Parameter flags: `O_NOFOLLOW` is up to the caller.
  /// - Throws: `SystemError`.
  func open(_ name: some Collection<UInt8>, _ flags: Int32) throws -> Int32 {
    let opened = withCString(name) { openat(number, $0, flags | O_CLOEXEC, 0o600) }
    guard opened >= 0 else { throw SystemError("open") }
    return opened
  }

  /// What `lstat` tells of a name; nil when nothing has it.
  ///
  /// - Throws: `SystemError`.
  func status(_ name: some Collection<UInt8>) throws -> stat? {
    var status = stat()
    if withCString(name, { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 { return status }
    guard errno == ENOENT else { throw SystemError("stat") }
    return nil
  }

  /// The names of all that is in it.
  ///
  /// - Throws: `SystemError`.
  func names() throws -> [[UInt8]] {
    // One of its own, since reading moves it.
    let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw SystemError("open") }
    guard let stream = fdopendir(copy) else {
      close(copy)
      throw SystemError("open")
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SystemError("readdir") }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
  }

  /// Makes a folder that only we may use.
  ///
  /// - Throws: `SystemError`.
  func makeFolder(_ name: some Collection<UInt8>) throws {
    guard withCString(name, { mkdirat(number, $0, 0o700) }) == 0 else { throw SystemError("mkdir") }
  }

  /// - Throws: `SystemError`.
  func makeLink(_ name: some Collection<UInt8>, to target: [UInt8]) throws {
    let made = withCString(name) { name in withCString(target) { symlinkat($0, number, name) } }
    guard made == 0 else { throw SystemError("symlink") }
  }

  /// What a link leads to.
  ///
  /// - Throws: `SystemError`.
  func readLink(_ name: some Collection<UInt8>) throws -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = withCString(name) { readlinkat(number, $0, &buffer, buffer.count) }
    guard count >= 0 else { throw SystemError("readlink") }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// Gives a file a second name.
  ///
  /// - Throws: `SystemError`.
  func link(_ name: some Collection<UInt8>, as newName: some Collection<UInt8>, in other: Folder) throws {
    let made = withCString(name) { name in withCString(newName) { linkat(number, name, other.number, $0, 0) } }
    guard made == 0 else { throw SystemError("link") }
  }

  /// Gives what is here another name, in the place of a file or a link that has it.
  ///
  /// - Throws: `SystemError`.
  func rename(_ name: some Collection<UInt8>, to newName: some Collection<UInt8>, in other: Folder) throws {
    let made = withCString(name) { name in withCString(newName) { renameat(number, name, other.number, $0) } }
    guard made == 0 else { throw SystemError("rename") }
  }

  /// Removes a file, a link or an empty folder; nothing happens when there is none.
  ///
  /// - Throws: `SystemError`.
  func remove(_ name: some Collection<UInt8>, isFolder: Bool = false) throws {
    let removed = withCString(name) { unlinkat(number, $0, isFolder ? AT_REMOVEDIR : 0) }
    guard removed == 0 || errno == ENOENT else { throw SystemError("unlink") }
  }

  /// - Throws: `SystemError`.
  func setModified(_ name: some Collection<UInt8>, _ time: FileTime) throws {
    let set = withCString(name) { utimensat(number, $0, time.forBoth, AT_SYMLINK_NOFOLLOW) }
    guard set == 0 else { throw SystemError("utimens") }
  }

  /// Gives what is no link its permissions.
  ///
  /// - Throws: `SystemError`.
  func setPermissions(_ name: some Collection<UInt8>, _ permissions: UInt32) throws {
    guard withCString(name, { fchmodat(number, $0, permissions, 0) }) == 0 else { throw SystemError("chmod") }
  }

  /// Gives this folder its permissions and its time.
  ///
  /// - Throws: `SystemError`.
  func finish(permissions: UInt32, modified: FileTime) throws {
    guard futimens(number, modified.forBoth) == 0 else { throw SystemError("utimens") }
    guard fchmod(number, permissions) == 0 else { throw SystemError("chmod") }
  }

  /// What `stat` tells of this folder.
  ///
  /// - Throws: `SystemError`.
  func status() throws -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemError("stat") }
    return status
  }

  /// Its path without links, as the kernel knows it.
  ///
  /// - Throws: `SystemError`.
  func realPath() throws -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(number)", &buffer, buffer.count)
    guard count >= 0 else { throw SystemError("readlink") }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }
}

extension FileTime {
  /// What `utimens` takes: the time of the last access and that of the last change.
  var forBoth: [timespec] { [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2) }
}

/// Calls `body` with bytes as the kernel takes a path. None of them is zero, or the path would end there: paths from outside
/// are looked at before, in `RelativePath` and in `CopyRequest`.
func withCString<Result>(_ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  let text = bytes.map { CChar(bitPattern: $0) } + [0]
  return text.withUnsafeBufferPointer { buffer in
    // The buffer has at least the zero.
    buffer.baseAddress.map(body) ?? body("")
  }
}
