import Concurrency
import Glibc

/// A server on loopback that treats each path in its own way, and remembers what it was sent.
final class LocalServer: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let log = Locked(Log())

  struct Log: Sendable {
    var requests: [String] = []
    var connections = 0
    /// Connections that the client closed while its answer was outstanding.
    var abandoned = 0
  }

  struct NoSocket: Error {}

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) | listen(descriptor, 128) | getsockname(descriptor, $0, &length)
      }
    }
    guard descriptor >= 0, status == 0 else { throw NoSocket() }
    port = UInt16(bigEndian: address.sin_port)
    WorkerThread.start(name: "server") { [log] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else {
          // Closed here and not by `deinit`: this thread must not accept on a number that another server has got since.
          close(descriptor)
          return
        }
        log.withLock { $0.connections += 1 }
        WorkerThread.start(name: "connection") { ServerConnection(descriptor: connection, log: log).serve() }
      }
    }
  }

  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  var history: Log { log.withLock { $0 } }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}
