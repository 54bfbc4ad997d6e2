import CSystem
import Concurrency
import Glibc

/// A non-blocking descriptor that closes when it is told to or goes away, never twice, never under a running call.
package final class Descriptor: Sendable {
  private let number: Locked<Int32?>

  /// Takes ownership of `number` and makes it non-blocking.
  package convenience init(_ number: Int32) {
    self.init(number, blocking: false)
  }

  init(_ number: Int32, blocking: Bool) {
    if !blocking { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }
    self.number = Locked(number)
  }

  /// One that is at its end and that nothing can be written to.
  static func atEnd() throws -> Descriptor {
    let pipe = try pipe()
    _ = Glibc.close(pipe.write)
    return Descriptor(pipe.read)
  }

  deinit { close() }

  /// Calls `body` with the descriptor, which stays open meanwhile. `body` must not block.
  ///
  /// - Throws: `SystemError` with `EBADF` after `close`.
  package func use<Value: Sendable>(_ body: (Int32) throws -> Value) throws -> Value {
    try number.withLock { number throws -> Value in
      guard let number else { throw SystemError("use", code: EBADF) }
      return try body(number)
    }
  }

  package func close() {
    number.withLock { number in
      guard let open = number else { return }
      EventLoop.shared.release(open, .failure(SystemError("wait", code: EBADF)))
      _ = Glibc.close(open)
      number = nil
    }
  }

  /// Waits until a read would not block. See `EventLoop.waitReadable`.
  ///
  /// - Parameter condition: Looked at once it is certain that `wake` reaches this wait; false: not waited.
  package func waitReadable(while condition: @Sendable () -> Bool = { true }) async throws {
    try await EventLoop.shared.waitReadable(self, while: condition)
  }

  /// Waits until a write would not block. See `EventLoop.waitWritable`.
  package func waitWritable() async throws {
    try await EventLoop.shared.waitWritable(self)
  }

  /// Lets all present waits return.
  func wake() {
    _ = try? use { EventLoop.shared.release($0, .success(())) }
  }

  /// Two ends of a new pipe, closed on exec and never 0, 1 or 2.
  ///
  /// - Parameter isWide: Whether it is to hold four times as much as others, so that bulk takes a fourth of the
  ///   wake-ups. The system lets each user have only so much of that.
  /// - Throws: `SystemError`.
  package static func pipe(isWide: Bool = false) throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard csystem_pipe(&ends) == 0 else { throw SystemError("pipe") }
    if isWide { csystem_widen_pipe(ends[0], Int32(PipeReader.mostAtOnce)) }
    return (aboveStandard(ends[0]), aboveStandard(ends[1]))
  }

  /// `number`, or a duplicate of it when it is one of the three standard ones, which a child's would overwrite.
  static func aboveStandard(_ number: Int32) -> Int32 {
    guard (0..<3).contains(number) else { return number }
    let duplicate = fcntl(number, F_DUPFD_CLOEXEC, 3)
    _ = Glibc.close(number)
    return duplicate
  }
}
