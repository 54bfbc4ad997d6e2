import Glibc

/// Writes to a descriptor without ever blocking and without making it non-blocking for those we share it with.
struct NonBlockingWriter: Sendable {
  private enum Way {
    /// A file description of our own for the same pipe or terminal, with `O_NONBLOCK` set on it alone.
    case reopened(Int32)
    case socket(Int32)
    /// Neither works: ask first, and write no more than a pipe takes at once.
    case polled(Int32)
  }

  private let way: Way

  init(_ descriptor: Int32) {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
      way = .socket(descriptor)
      return
    }
    // Reopening a regular file would start again at its beginning; writing to one does not block anyway.
    let isFile = status.st_mode & S_IFMT == S_IFREG
    let reopened = isFile ? -1 : open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    way = reopened >= 0 ? .reopened(reopened) : .polled(descriptor)
  }

  /// As `write(2)`: the number of bytes taken, or -1 with `errno`.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch way {
    case .reopened(let descriptor): return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    case .socket(let descriptor):
      return Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    case .polled(let descriptor):
      var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&writable, 1, 0) > 0 else { return 0 }
      return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, 4096))
    }
  }
}
