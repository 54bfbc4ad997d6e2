import Concurrency
import Glibc

/// The end of a pipe or socket that bytes come out of. Who does not read slows the writer down.
package final class PipeReader: Sendable {
  /// What a wide pipe holds, in bytes.
  static let mostAtOnce = 256 * 1024

  private let descriptor: Descriptor
  private let stopsWhenEmpty = Locked(false)

  package init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  /// The next bytes, as soon as there are any; nil at the end.
  ///
  /// - Throws: `CancellationError`, `SystemError`.
  package func read(upTo limit: Int) async throws -> [UInt8]? {
    while true {
      let result = try descriptor.use { fd in
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
          count = Glibc.read(fd, buffer.baseAddress, limit)
          initialized = max(count, 0)
        }
        return Attempt(bytes: bytes, failure: count < 0 ? errno : 0)
      }
      switch result.failure {
      case 0: return result.bytes.isEmpty ? nil : result.bytes
      case EINTR: continue
      case EAGAIN:
        if stopsWhenEmpty.withLock({ $0 }) { return nil }
        try await descriptor.waitReadable(while: { !self.stopsWhenEmpty.withLock { $0 } })
      default: throw SystemError("read", code: result.failure)
      }
    }
  }

  /// From now on the end is where nothing is to be read at once: the other side has ended, and what may still hold
  /// the pipe open is not waited for.
  package func endWhenEmpty() {
    stopsWhenEmpty.withLock { $0 = true }
    descriptor.wake()
  }

  /// Reads to the end and keeps the first `limit` bytes.
  ///
  /// - Throws: `CancellationError`, `SystemError`.
  package func readAll(limit: Int) async throws -> (bytes: [UInt8], truncated: Bool) {
    var bytes: [UInt8] = []
    var truncated = false
    while let chunk = try await read() {
      let room = limit - bytes.count
      bytes += chunk.prefix(room)
      truncated = truncated || chunk.count > room
    }
    return (bytes, truncated)
  }

  package func close() { descriptor.close() }

  private struct Attempt: Sendable {
    let bytes: [UInt8]
    let failure: Int32
  }
}
