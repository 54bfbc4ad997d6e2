package import Concurrency
import Reporting

/// What a running command is sent, piece by piece.
package final class CommandInput: Sendable {
  private struct Piece: Sendable {
    let bytes: [UInt8]
    let delivered = Eventual<Bool>()
  }

  private struct State {
    var pieces: [Piece] = []
    var bytes = 0
    var isEnded = false
    var isClosed = false
    var changed = Eventual<Void>()
  }

  private let limit: Int
  private let state = Locked(State())

  /// - Parameter limit: Bytes that may wait for the command to read them.
  package init(limit: Int = 16 * 1024 * 1024) { self.limit = limit }

  /// Sends bytes after those of the calls before.
  ///
  /// - Parameter isLast: Whether the command then reads the end of its input.
  /// - Returns: What tells, as soon as it is known, whether the bytes were taken; false: the command ended before.
  /// - Throws: `Failure` of the kinds `busy` (too much is waiting) and `conflict` (there was a last piece already).
  package func send(_ bytes: [UInt8], isLast: Bool = false) throws -> Eventual<Bool> {
    let piece = Piece(bytes: bytes)
    let changed = try state.withLock { state throws -> Eventual<Void>? in
      if state.isClosed { return nil }
      guard !state.isEnded else { throw Failure(.conflict, "The command's input has ended already.") }
      guard state.bytes == 0 || state.bytes + bytes.count <= limit else {
        throw Failure(
          .busy,
          "The command has yet to read \(state.bytes) bytes.",
          hint: "Send the next piece when the one before is answered."
        )
      }
      state.pieces.append(piece)
      state.bytes += bytes.count
      state.isEnded = isLast
      defer { state.changed = Eventual() }
      return state.changed
    }
    if let changed { changed.resolve(()) } else { piece.delivered.resolve(false) }
    return piece.delivered
  }

  /// Hands the pieces to `write`, one after another, and returns after the last.
  ///
  /// - Throws: `CancellationError`, and what `write` throws.
  func forEach(_ write: ([UInt8]) async throws -> Void) async throws {
    while true {
      let (piece, isEnded, changed) = state.withLock { ($0.pieces.first, $0.isEnded, $0.changed) }
      if let piece {
        try await write(piece.bytes)
        state.withLock { state in
          guard !state.pieces.isEmpty else { return }
          state.pieces.removeFirst()
          state.bytes -= piece.bytes.count
        }
        piece.delivered.resolve(true)
      } else if isEnded {
        return
      } else {
        try await changed.wait()
      }
    }
  }

  /// The command has ended: what still waits, and what comes later, is not delivered.
  func close() {
    let pieces = state.withLock { state in
      state.isClosed = true
      defer { state.pieces = [] }
      return state.pieces
    }
    for piece in pieces { piece.delivered.resolve(false) }
  }
}
