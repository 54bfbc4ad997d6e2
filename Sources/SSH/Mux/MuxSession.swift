import Glibc
import Subprocess

/// One command running on a pod through a master's control socket. The master reads and writes our pipes itself.
final class MuxSession: Session {
  let input: any ByteWriter
  let output: any ByteReader
  let error: any ByteReader
  let opened = ContinuousClock.now
  private let terminal: PseudoTerminal?
  private let socket: MuxSocket

  private init(
    socket: MuxSocket,
    input: Descriptor,
    output: Descriptor,
    error: Descriptor,
    terminal: PseudoTerminal?
  ) {
    self.socket = socket
    self.terminal = terminal
    self.input = PipeWriter(input)
    self.output = PipeReader(output)
    self.error = PipeReader(error)
  }

  /// Starts `program` through the master that listens at `path`.
  ///
  /// - Throws: `ControlFault`, `CancellationError`, `SystemError` when we are out of descriptors.
  static func open(_ program: RemoteProgram, path: String) async throws -> MuxSession {
    let terminal = try program.window.map { try PseudoTerminal.open($0.size) }
    let (inputEnd, input) = try terminal.map { ($0.terminal.descriptor, $0.other) } ?? pipeEnds()
    // Only the first descriptor need be a terminal: its size and modes are what counts, and pipes hold more.
    let output = try Descriptor.pipe(isWide: true)
    let outputEnd = Descriptor(output.read)
    let error = try Descriptor.pipe()
    let errorEnd = Descriptor(error.read)
    let theirs = [input, output.write, error.write]
    defer { for end in theirs { Glibc.close(end) } }

    let session = MuxSession(
      socket: try await MuxSocket.connect(path),
      input: inputEnd,
      output: outputEnd,
      error: errorEnd,
      terminal: terminal?.terminal
    )
    do {
      try await session.socket.send(MuxMessage.opening(program))
      for end in theirs { try await session.socket.send(descriptor: end) }
      guard case .sessionOpened = try await session.socket.answer() else { throw ControlFault.lost }
    } catch {
      session.close()
      throw error is SystemError ? ControlFault.lost : error
    }
    return session
  }

  func waitForExit() async throws -> Int? {
    do {
      while let message = try await socket.next() {
        if case .exit(_, let code) = message { return Int(code) }
      }
    } catch is SystemError {
      // The master went away: no code either.
    }
    return nil
  }

  func resize(_ size: PseudoTerminal.Size) { terminal?.resize(size) }

  func close() {
    input.close()
    output.close()
    error.close()
    socket.close()
  }

  private static func pipeEnds() throws -> (ours: Descriptor, theirs: Int32) {
    let pipe = try Descriptor.pipe(isWide: true)
    return (Descriptor(pipe.write), pipe.read)
  }
}
