/// Where bytes go: a pipe, or the input of a program on a pod.
package protocol ByteWriter: Sendable {
  /// Writes all of `bytes`, waiting for the reader where it must.
  ///
  /// - Throws: `CancellationError`; `SystemError` of the call `write` with `EPIPE` when nothing reads them any longer.
  func write(_ bytes: [UInt8]) async throws

  /// Ends the stream.
  func close()
}

/// Where bytes come from: a pipe, or an output stream of a program on a pod.
package protocol ByteReader: Sendable {
  /// The next bytes, as soon as there are any; nil at the end.
  ///
  /// - Throws: `CancellationError`, `SystemError`.
  func read() async throws -> [UInt8]?

  /// Lets the stream end where nothing is to be read at once. For a program that has ended while something that it left
  /// behind still holds the stream open.
  func endWhenEmpty()

  /// Discards what comes from now on.
  func close()
}

extension PipeWriter: ByteWriter {}

extension PipeReader: ByteReader {
  package func read() async throws -> [UInt8]? { try await read(upTo: Self.mostAtOnce) }
}
