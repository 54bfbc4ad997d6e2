import CSystem
import Glibc

/// A terminal whose other end a program has: bytes pass as they are, and it has a size.
package struct PseudoTerminal: Sendable {
  /// A size in characters.
  package struct Size: Sendable, Hashable {
    package var columns: UInt16
    package var rows: UInt16

    package init(columns: UInt16, rows: UInt16) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// Our end.
  package let descriptor: Descriptor

  /// A new terminal, and the program's end of it, which is the caller's to hand over and to close.
  ///
  /// - Throws: `SystemError`.
  package static func open(_ size: Size) throws -> (terminal: PseudoTerminal, other: Int32) {
    var ends: [Int32] = [-1, -1]
    guard csystem_open_terminal(&ends, size.columns, size.rows) == 0 else { throw SystemError("openpt") }
    return (PseudoTerminal(descriptor: Descriptor(ends[0])), ends[1])
  }

  /// Changes the size. Whoever has the other end is not told.
  package func resize(_ size: Size) {
    _ = try? descriptor.use { csystem_resize_terminal($0, size.columns, size.rows) }
  }
}
