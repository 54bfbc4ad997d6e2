import Concurrency
import Glibc
import Values

/// Warnings that belong to no request: what the service noticed by itself, and what costs money unseen.
final class Notices: Sendable {
  private let sink = Locked<@Sendable (String) -> Void>(Notices.print)

  /// Says something to whoever is listening now.
  func warn(_ text: String) { sink.withLock { $0 }(text) }

  /// Sends what comes from now on to a client that has a place for it.
  func attach(_ sink: @escaping @Sendable (String) -> Void) { self.sink.withLock { $0 = sink } }

  /// For clients that have no place for it: a line on standard error.
  @Sendable static func print(_ text: String) {
    let line = "runpod-rpc: \(text.visible)\n"
    write(2, line, line.utf8.count)
  }
}
