import CSystem
import Glibc
import Subprocess

/// A file of this machine that is open. All of it blocks.
final class LocalFile: Sendable {
  private static let zeros = [UInt8](repeating: 0, count: 64 * 1024)

  private let number: Int32

  /// Takes ownership of `number`.
  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// What `stat` tells of it.
  ///
  /// - Throws: `SystemError`.
  func entry(_ path: RelativePath) throws -> CopyEntry {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemError("stat") }
    return CopyEntry(status, path: path)
  }

  /// - Returns: Fewer bytes than `count` at the file's end.
  /// - Throws: `SystemError`.
  func read(offset: Int, count: Int) throws -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let more = pread(number, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
        if more < 0 && errno == EINTR { continue }
        if more < 0 { failure = errno }
        guard more > 0 else { break }
        done += more
      }
    }
    guard failure == 0 else { throw SystemError("read", code: failure) }
    return bytes
  }

  /// - Throws: `SystemError`.
  func write(offset: Int, _ bytes: some Collection<UInt8>) throws {
    let failure = bytes.withContiguousStorageIfAvailable { write(offset: offset, UnsafeRawBufferPointer($0)) }
    let code = failure ?? Array(bytes).withUnsafeBytes { write(offset: offset, $0) }
    guard code == 0 else { throw SystemError("write", code: code) }
  }

  private func write(offset: Int, _ buffer: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < buffer.count {
      let more = pwrite(number, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
      if more < 0 && errno == EINTR { continue }
      guard more >= 0 else { return errno }
      done += more
    }
    return 0
  }

  /// Writes all but what is zero anyway in a file that is at least so long at the end: it becomes a hole.
  ///
  /// - Throws: `SystemError`.
  func writeSparsely(offset: Int, _ bytes: ArraySlice<UInt8>) throws {
    let step = Self.zeros.count
    var rest = bytes
    var position = offset
    while !rest.isEmpty {
      let piece = rest.prefix(step - position % step)
      let isZero = piece.withUnsafeBytes { piece in
        Self.zeros.withUnsafeBytes { zeros in
          guard let bytes = piece.baseAddress, let zeros = zeros.baseAddress else { return true }
          return memcmp(bytes, zeros, piece.count) == 0
        }
      }
      if !isZero { try write(offset: position, piece) }
      rest = rest.dropFirst(piece.count)
      position += piece.count
    }
  }

  /// Makes it so long.
  ///
  /// - Throws: `SystemError`.
  func setSize(_ size: Int) throws {
    guard ftruncate(number, off_t(size)) == 0 else { throw SystemError("truncate") }
  }

  /// Gives it its permissions and its time, by which it is known as whole.
  ///
  /// - Throws: `SystemError`.
  func finish(permissions: UInt32, modified: FileTime) throws {
    guard fchmod(number, permissions) == 0 else { throw SystemError("chmod") }
    guard futimens(number, modified.forBoth) == 0 else { throw SystemError("utimens") }
  }

  /// Its parts that are no holes, in order.
  ///
  /// - Parameter size: Where to stop.
  /// - Throws: `SystemError`.
  func extents(size: Int) throws -> [Range<Int>] {
    var extents: [Range<Int>] = []
    var position = 0
    while position < size {
      let begin = Int(csystem_seek_data(number, off_t(position)))
      // There is nothing but a hole from here on, or the file system cannot tell.
      if begin < 0 { return errno == ENXIO ? extents : [0..<size] }
      let end = Int(csystem_seek_hole(number, off_t(begin)))
      guard end > begin, begin < size else { break }
      extents.append(begin..<min(end, size))
      position = end
    }
    return extents
  }

  /// Gives it the present time.
  ///
  /// - Throws: `SystemError`.
  func touch() throws {
    guard futimens(number, nil) == 0 else { throw SystemError("utimens") }
  }

  /// Takes over the first bytes of another file.
  ///
  /// - Throws: `SystemError`.
  func fill(from other: LocalFile, size: Int) throws {
    let step = 1024 * 1024
    for offset in stride(from: 0, to: size, by: step) {
      try write(offset: offset, other.read(offset: offset, count: min(step, size - offset)))
    }
  }
}
