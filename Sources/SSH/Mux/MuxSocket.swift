import CSystem
import Concurrency
import Glibc
import Subprocess

/// A connection to a master's control socket.
final class MuxSocket: Sendable {
  private let descriptor: Descriptor
  private let reader: PipeReader
  private let packets = Locked(PacketCutter(limit: 1 << 20))

  private init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    reader = PipeReader(descriptor)
  }

  /// Connects to the master that listens at `path`.
  ///
  /// - Throws: `ControlFault.lost`, `CancellationError`.
  static func connect(_ path: String) async throws -> MuxSocket {
    for _ in 0..<200 {
      let number = csystem_connect_unix(path)
      if number >= 0 { return MuxSocket(Descriptor(number)) }
      guard errno == EAGAIN else { throw ControlFault.lost }
      // The master's queue of connections is full; it is emptied within milliseconds.
      try await Task.sleep(for: .milliseconds(5))
    }
    throw ControlFault.lost
  }

  /// The first answer to one request, on a connection of its own.
  ///
  /// - Throws: `ControlFault`, `CancellationError`.
  static func ask(_ path: String, _ request: [UInt8]) async throws -> MuxMessage {
    let socket = try await connect(path)
    defer { socket.close() }
    do {
      try await socket.send(request)
      return try await socket.answer()
    } catch is SystemError {
      throw ControlFault.lost
    }
  }

  /// - Throws: `CancellationError`, `SystemError`.
  func send(_ bytes: [UInt8]) async throws { try await PipeWriter(descriptor).write(bytes) }

  /// - Throws: `CancellationError`, `SystemError`.
  func send(descriptor sent: Int32) async throws {
    while true {
      let failure = try descriptor.use { socket in
        csystem_send_descriptor(socket, [0], 1, sent) == 1 ? 0 : errno
      }
      switch failure {
      case 0: return
      case EAGAIN, EINTR: try await descriptor.waitWritable()
      default: throw SystemError("sendmsg", code: failure)
      }
    }
  }

  /// The next message that is not the greeting.
  ///
  /// - Throws: `ControlFault`, `CancellationError`, `SystemError`.
  func answer() async throws -> MuxMessage {
    while let message = try await next() {
      switch message {
      case .hello: continue
      case .refused(let reason): throw ControlFault.refused(reason)
      default: return message
      }
    }
    throw ControlFault.lost
  }

  /// The next message, nil at the end.
  ///
  /// - Throws: `CancellationError`, `SystemError`.
  func next() async throws -> MuxMessage? {
    while true {
      if let packet = try packets.withLock({ try $0.next() }) { return MuxMessage(packet) ?? .other(type: 0) }
      guard let bytes = try await reader.read() else { return nil }
      packets.withLock { $0.append(bytes) }
    }
  }

  func close() { descriptor.close() }
}
