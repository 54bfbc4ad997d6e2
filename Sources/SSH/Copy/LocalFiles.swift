import Glibc
import Subprocess

/// Files of this machine, of which one at a time is read or written. All of it blocks.
struct LocalFiles {
  private final class OpenFile {
    let path: String
    let number: Int32

    init(_ path: String, _ flags: Int32) throws {
      self.path = path
      // A link that has taken a file's place is not followed.
      number = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw SystemError("open") }
    }

    deinit { close(number) }
  }

  private var current: OpenFile?

  /// - Returns: Fewer bytes than `count` at the file's end.
  /// - Throws: `SystemError`.
  mutating func read(_ path: String, offset: Int, count: Int) throws -> [UInt8] {
    // One that is no file any more must not be waited for.
    let file = try file(path, O_RDONLY | O_NONBLOCK)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let more = pread(file.number, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
        if more < 0 && errno == EINTR { continue }
        if more < 0 { failure = errno }
        guard more > 0 else { break }
        done += more
      }
    }
    guard failure == 0 else { throw SystemError("read", code: failure) }
    return bytes
  }

  /// Writes to a file, which the first call makes anew.
  ///
  /// - Throws: `SystemError`.
  mutating func write(_ path: String, offset: Int, _ bytes: ArraySlice<UInt8>) throws {
    if current?.path != path { unlink(path) }
    let file = try file(path, O_WRONLY | O_CREAT | O_EXCL)
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let more = pwrite(
          file.number,
          buffer.baseAddress?.advanced(by: done),
          buffer.count - done,
          off_t(offset + done)
        )
        if more < 0 && errno == EINTR { continue }
        guard more >= 0 else { throw SystemError("write") }
        done += more
      }
    }
  }

  /// Gives a file that was written its permissions and its time, by which it is known as whole.
  ///
  /// - Throws: `SystemError`.
  mutating func finish(_ path: String, mode: UInt32, modified: Int) throws {
    try write(path, offset: 0, [])
    guard let file = current else { return }
    current = nil
    guard fchmod(file.number, mode) == 0 else { throw SystemError("chmod") }
    guard futimens(file.number, Self.times(modified)) == 0 else { throw SystemError("utimens") }
  }

  /// Makes a folder that only we may use, unless there is one.
  ///
  /// - Throws: `SystemError`.
  func makeFolder(_ path: String) throws {
    if mkdir(path, 0o700) == 0 { return }
    let failure = SystemError("mkdir")
    var status = stat()
    guard failure.code == EEXIST, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw failure }
    guard chmod(path, 0o700) == 0 else { throw SystemError("chmod") }
  }

  /// - Throws: `SystemError`.
  func readLink(_ path: String) throws -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw SystemError("readlink") }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// - Throws: `SystemError`.
  func makeLink(_ path: String, to target: [UInt8], modified: Int) throws {
    guard symlink(target.map { CChar(bitPattern: $0) } + [0], path) == 0 else { throw SystemError("symlink") }
    try date(path, modified)
  }

  /// Gives a folder its permissions and its time.
  ///
  /// - Throws: `SystemError`.
  func finishFolder(_ path: String, mode: UInt32, modified: Int) throws {
    try date(path, modified)
    guard chmod(path, mode) == 0 else { throw SystemError("chmod") }
  }

  private mutating func file(_ path: String, _ flags: Int32) throws -> OpenFile {
    if let current, current.path == path { return current }
    current = nil
    let file = try OpenFile(path, flags)
    current = file
    return file
  }

  private func date(_ path: String, _ modified: Int) throws {
    guard utimensat(AT_FDCWD, path, Self.times(modified), AT_SYMLINK_NOFOLLOW) == 0 else {
      throw SystemError("utimens")
    }
  }

  private static func times(_ modified: Int) -> [timespec] {
    [timespec](repeating: timespec(tv_sec: modified, tv_nsec: 0), count: 2)
  }
}
