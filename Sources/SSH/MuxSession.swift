import CSystem
import Concurrency
import Glibc
import Subprocess

/// One command running on a pod through a master's control socket. The master reads and writes our pipes itself.
final class MuxSession: Sendable {
  enum Fault: Error, Sendable, Hashable {
    /// The master is there but got no session: the server allows no more, say.
    case refused(String)
    /// The master is gone or does not speak our protocol.
    case lost
  }

  let input: PipeWriter
  let output: PipeReader
  let error: PipeReader
  private let socket: Descriptor
  private let reader: PipeReader
  private let frames = Locked(MuxFrames())

  private init(socket: Descriptor, input: Descriptor, output: Descriptor, error: Descriptor) {
    self.socket = socket
    reader = PipeReader(socket)
    self.input = PipeWriter(input)
    self.output = PipeReader(output)
    self.error = PipeReader(error)
  }

  /// Starts `command` through the master that listens at `path`.
  ///
  /// - Throws: `Fault`, `CancellationError`, `SystemError` when we are out of descriptors.
  static func open(path: String, command: String) async throws -> MuxSession {
    let input = try Descriptor.pipe()
    let (inputEnd, output) = (Descriptor(input.write), try Descriptor.pipe())
    let (outputEnd, error) = (Descriptor(output.read), try Descriptor.pipe())
    let errorEnd = Descriptor(error.read)
    let theirs = [input.read, output.write, error.write]
    defer { for end in theirs { Glibc.close(end) } }

    let session = MuxSession(socket: try await connect(path), input: inputEnd, output: outputEnd, error: errorEnd)
    do {
      try await PipeWriter(session.socket).write(MuxMessage.opening(command: command))
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
  /// - Throws: `CancellationError`.
  func waitForExit() async throws -> Int? {
    do {
      while let message = try await next() {
        if case .exit(_, let code) = message { return Int(code) }
      }
    } catch is SystemError {
      // The master went away: no code either.
    }
    return nil
  }

  /// Ends the session, and so the command's input; at the far end its watcher ends the command.
  func close() {
    input.close()
    output.close()
    error.close()
    socket.close()
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
