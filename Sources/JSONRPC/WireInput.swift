import Concurrency
import Glibc

/// Reads the wire on a thread of its own, which may block in `read` for as long as the peer is silent.
enum WireInput {
  /// - Parameters:
  ///   - received: Called with each piece as it arrives, never empty.
  ///   - ended: Called once, at end of input or when reading fails.
  static func start(
    descriptor: Int32,
    received: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
    ended: @escaping @Sendable () -> Void
  ) {
    WorkerThread.start(name: "wire-input", stackSize: 4 * 1024 * 1024) {
      withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
        while true {
          let count = read(descriptor, buffer.baseAddress, buffer.count)
          if count > 0 {
            received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          } else if count == 0 || errno != EINTR {
            break
          }
        }
      }
      ended()
    }
  }
}
