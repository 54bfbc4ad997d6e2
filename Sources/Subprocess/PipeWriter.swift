import Glibc

/// The end of a pipe or socket that bytes go into.
package final class PipeWriter: Sendable {
  private let descriptor: Descriptor

  package init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  /// Writes all of `bytes`, waiting for the reader where it must.
  ///
  /// - Throws: `CancellationError`; `SystemError`, with `EPIPE` when nobody reads any more.
  package func write(_ bytes: [UInt8]) async throws {
    var done = 0
    while done < bytes.count {
      let (count, failure) = try descriptor.use { fd in
        bytes.withUnsafeBytes { buffer in
          let count = Glibc.write(fd, buffer.baseAddress?.advanced(by: done), buffer.count - done)
          return (count, count < 0 ? errno : 0)
        }
      }
      switch failure {
      case 0: done += count
      case EINTR: continue
      case EAGAIN: try await descriptor.waitWritable()
      default: throw SystemError("write", code: failure)
      }
    }
  }

  package func close() { descriptor.close() }
}
