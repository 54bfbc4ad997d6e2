import Concurrency
package import Subprocess

/// The window in which a command's terminal is seen. It can change its size while the command runs.
package final class TerminalWindow: Sendable {
  /// The value of `TERM`.
  package let type: String
  private let state: Locked<(size: PseudoTerminal.Size, changed: (@Sendable (PseudoTerminal.Size) -> Void)?)>

  package init(type: String = "xterm-256color", size: PseudoTerminal.Size = .init(columns: 80, rows: 24)) {
    self.type = type
    state = Locked((size, nil))
  }

  package func resize(_ size: PseudoTerminal.Size) {
    let changed = state.withLock { state in
      state.size = size
      return state.changed
    }
    changed?(size)
  }

  var size: PseudoTerminal.Size { state.withLock { $0.size } }

  /// Tells `changed` of the present size and of each that follows.
  func follow(_ changed: @escaping @Sendable (PseudoTerminal.Size) -> Void) {
    changed(
      state.withLock { state in
        state.changed = changed
        return state.size
      }
    )
  }
}
