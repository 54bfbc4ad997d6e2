import CSystem
import Concurrency
import Glibc
import Subprocess

/// One command running on a pod through a master's control socket. The master reads and writes our pipes itself.
final class MuxSession: Sendable {
  enum Fault: Error, Sendable, Hashable {
    /// The master is there but got no session: the server allows no more, say.
    case refused(String)
    /// The server gives no terminal.
    case noTerminal
    /// The master is gone or does not speak our protocol.
    case lost
  }

  let input: PipeWriter
  let output: PipeReader
  let error: PipeReader
  private let terminal: PseudoTerminal?
  private let socket: Descriptor
  private let reader: PipeReader
  private let frames = Locked(MuxFrames())

  private init(
    socket: Descriptor,
    input: Descriptor,
    output: Descriptor,
    error: Descriptor,
    terminal: PseudoTerminal?
  ) {
    self.terminal = terminal
    self.socket = socket
    reader = PipeReader(socket)
    self.input = PipeWriter(input)
    self.output = PipeReader(output)
    self.error = PipeReader(error)
  }

  /// Starts `command` through the master that listens at `path`.
  ///
  /// - Parameter window: Where the command's terminal is seen; nil: it has none.
  /// - Throws: `Fault`, `CancellationError`, `SystemError` when we are out of descriptors.
  static func open(path: String, command: String, window: TerminalWindow? = nil) async throws -> MuxSession {
    let terminal = try window.map { try PseudoTerminal.open($0.size) }
    let (inputEnd, input) = try terminal.map { ($0.terminal.descriptor, $0.other) } ?? pipeEnds()
    // Only the first descriptor need be a terminal: its size and modes are what counts, and pipes hold more.
    let output = try Descriptor.pipe()
    let outputEnd = Descriptor(output.read)
    let error = try Descriptor.pipe()
    let errorEnd = Descriptor(error.read)
    let theirs = [input, output.write, error.write]
    defer { for end in theirs { Glibc.close(end) } }

    let session = MuxSession(
      socket: try await connect(path),
      input: inputEnd,
      output: outputEnd,
      error: errorEnd,
      terminal: terminal?.terminal
    )
    do {
      try await PipeWriter(session.socket).write(MuxMessage.opening(command: command, terminal: window?.type))
      for end in theirs { try await session.send(descriptor: end) }
      try await session.expectOpened()
    } catch {
      session.close()
      throw error is SystemError ? Fault.lost : error
    }
    return session
  }

  /// The command's exit code, nil when the session ended without one.
  ///
  /// - Throws: `CancellationError`, `Fault.noTerminal`.
  func waitForExit() async throws -> Int? {
    do {
      while let message = try await next() {
        switch message {
        case .exit(_, let code): return Int(code)
        case .terminalRefused: throw Fault.noTerminal
        default: continue
        }
      }
    } catch is SystemError {
      // The master went away: no code either.
    }
    return nil
  }

  /// Gives the terminal another size, of which the master has yet to be told.
  func resize(_ size: PseudoTerminal.Size) { terminal?.resize(size) }

  /// Ends the session, and so the command's input; at the far end its watcher ends the command.
  func close() {
    input.close()
    output.close()
    error.close()
    socket.close()
  }

  private static func pipeEnds() throws -> (ours: Descriptor, theirs: Int32) {
    let pipe = try Descriptor.pipe()
    return (Descriptor(pipe.write), pipe.read)
  }

  private static func connect(_ path: String) async throws -> Descriptor {
    for _ in 0..<200 {
      let number = csystem_connect_unix(path)
      if number >= 0 { return Descriptor(number) }
      guard errno == EAGAIN else { throw Fault.lost }
      // The master's queue of connections is full; it is emptied within milliseconds.
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Fault.lost
  }

  private func send(descriptor: Int32) async throws {
    while true {
      let failure = try socket.use { socket in
        csystem_send_descriptor(socket, [0], 1, descriptor) == 1 ? 0 : errno
      }
      switch failure {
      case 0: return
      case EAGAIN, EINTR: try await socket.waitWritable()
      default: throw SystemError("sendmsg", code: failure)
      }
    }
  }

  private func expectOpened() async throws {
    while let message = try await next() {
      switch message {
      case .hello(let version) where version != MuxMessage.version: throw Fault.lost
      case .sessionOpened: return
      case .refused(let reason, _): throw Fault.refused(reason)
      default: continue
      }
    }
    throw Fault.lost
  }

  private func next() async throws -> MuxMessage? {
    while true {
      if let message = frames.withLock({ $0.next() }) { return message }
      guard let bytes = try await reader.read() else { return nil }
      frames.withLock { $0.append(bytes) }
    }
  }
}
