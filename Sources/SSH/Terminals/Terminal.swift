package import Concurrency
package import Subprocess

/// A terminal that is open on a pod.
package final class Terminal: Sendable {
  /// What to open.
  package struct Request: Sendable {
    package var command: String?
    package var folder: String?
    package var environment: [String: String]
    package var window: TerminalWindow

    /// - Parameters:
    ///   - command: Text for the login shell; nil: a login shell.
    ///   - folder: nil: the home directory.
    package init(command: String?, folder: String?, environment: [String: String], window: TerminalWindow) {
      self.command = command
      self.folder = folder
      self.environment = environment
      self.window = window
    }
  }

  /// How a terminal ended; a `CancellationError` when it was closed.
  package typealias Ending = Result<ExecResult, any Error>

  private let input: CommandInput
  private let window: TerminalWindow
  private let task: Task<Void, Never>

  private init(input: CommandInput, window: TerminalWindow, task: Task<Void, Never>) {
    self.input = input
    self.window = window
    self.task = task
  }

  /// Opens a terminal and returns when something runs in it.
  ///
  /// - Parameters:
  ///   - output: Gets what is shown; while it works, what runs in the terminal is held back.
  ///   - ended: Called once for a terminal that was returned, at its end.
  /// - Throws: `CancellationError`, and what `exec` throws.
  package static func open(
    _ target: SSHTarget,
    _ request: Request,
    through connections: SSHConnections,
    output: @escaping @Sendable ([UInt8]) async -> Void,
    ended: @escaping @Sendable (Ending) async -> Void
  ) async throws -> Terminal {
    let input = CommandInput()
    let command = ExecRequest(
      command: request.command ?? "exec \"${SHELL:-/bin/sh}\" -l",
      input: input,
      folder: request.folder,
      environment: request.environment,
      window: request.window,
      captureLimit: 0
    )
    let opened = Eventual<(any Error)?>()
    // Owned by the terminal, or ended below.
    let task = Task {
      do {
        let result = try await connections.exec(
          target,
          command,
          output: { await output($0.bytes) },
          began: { opened.resolve(nil) }
        )
        opened.resolve(nil)
        await ended(.success(result))
      } catch {
        opened.resolve(error)
        if case .some(nil) = opened.value { await ended(.failure(error)) }
      }
    }
    do {
      if let error = try await opened.wait() { throw error }
    } catch {
      task.cancel()
      throw error
    }
    return Terminal(input: input, window: request.window, task: task)
  }

  /// Types into it, after what the calls before have typed.
  ///
  /// - Returns: What tells, as soon as it is known, whether the bytes were taken; false: it ended before.
  /// - Throws: `Failure` of the kind `busy`: too much is waiting.
  package func type(_ bytes: [UInt8]) throws -> Eventual<Bool> { try input.send(bytes) }

  /// Gives it another size, of which its program is told.
  package func resize(_ size: PseudoTerminal.Size) { window.resize(size) }

  /// Hangs up: what runs in it is ended.
  package func close() async {
    task.cancel()
    await task.value
  }
}
