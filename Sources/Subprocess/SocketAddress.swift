import Concurrency
import Glibc

/// Where a socket can connect to, as the system's resolver gives it.
package struct SocketAddress: Sendable {
  private let family: Int32
  private let bytes: [UInt8]

  /// The addresses of `host`, best first; empty when there are none. The system's resolver blocks, so it works on a
  /// thread of its own, which a cancellation leaves behind to finish.
  ///
  /// - Throws: `CancellationError`.
  static func resolve(host: String, port: Int) async throws -> [SocketAddress] {
    let answer = Locked<CheckedContinuation<[SocketAddress], any Error>?>(nil)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        answer.withLock { $0 = continuation }
        WorkerThread.start(name: "resolve") {
          let addresses = lookUp(host: host, port: port)
          answer.withLock { $0.take() }?.resume(returning: addresses)
        }
        if Task.isCancelled { answer.withLock { $0.take() }?.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      answer.withLock { $0.take() }?.resume(throwing: CancellationError())
    }
  }

  /// A connected, non-blocking socket.
  ///
  /// - Throws: `CancellationError`, `SystemError` with `connect`'s code.
  func connect() async throws -> Descriptor {
    let number = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemError("socket") }
    let descriptor = Descriptor(number)
    let failure = bytes.withUnsafeBytes { buffer -> Int32 in
      guard let address = buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
      return Glibc.connect(number, address, socklen_t(buffer.count)) == 0 ? 0 : errno
    }
    if failure == EINPROGRESS {
      try await descriptor.waitWritable()
      var result: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(number, SOL_SOCKET, SO_ERROR, &result, &size)
      guard result == 0 else { throw SystemError("connect", code: result) }
    } else if failure != 0 {
      throw SystemError("connect", code: failure)
    }
    return descriptor
  }

  /// A TCP port of `host`, a name or address of this machine, on which nobody listens just now.
  ///
  /// - Throws: `CancellationError`, `SystemError`.
  package static func unusedPort(host: String) async throws -> Int {
    guard let address = try await resolve(host: host, port: 0).first else {
      throw SystemError("resolve", code: EADDRNOTAVAIL)
    }
    let number = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemError("socket") }
    defer { close(number) }
    var bytes = address.bytes
    var size = socklen_t(bytes.count)
    let failure = bytes.withUnsafeMutableBytes { buffer -> Int32 in
      guard let address = buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
      return bind(number, address, size) == 0 && getsockname(number, address, &size) == 0 ? 0 : errno
    }
    guard failure == 0 else { throw SystemError("bind", code: failure) }
    // The port is in the same place in the addresses of both families.
    return Int(bytes[2]) << 8 | Int(bytes[3])
  }

  private static func lookUp(host: String, port: Int) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      let bytes = [UInt8](UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))
      addresses.append(SocketAddress(family: entry.ai_family, bytes: bytes))
      next = entry.ai_next
    }
    return addresses
  }
}
