import Glibc

/// The half of the wire that is read.
enum WireInput {
  /// Reads until the end of input, or until reading fails. Blocks the calling thread for as long as the peer is silent.
  ///
  /// - Parameter received: Called with each piece as it arrives, never empty.
  static func readAll(_ descriptor: Int32, received: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
          received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 || errno != EINTR {
          return
        }
      }
    }
  }
}
